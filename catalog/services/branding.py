"""How this catalog presents itself: name, logo, accent, banner; kept a few seconds."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_save
from django.utils import timezone
from PIL import Image, UnidentifiedImageError

from catalog.content.accents import accent_css
from catalog.models import Branding
from catalog.services.errors import BadRequest, NotFound

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

KEPT = "branding"
KEPT_SECONDS = 10
LOGO_BYTES = 256 * 1024
LOGO_PIXELS = 4_000_000
LOGO_HEIGHT = 96
LOGO_FORMATS = ("PNG", "JPEG", "WEBP")


@dataclass(frozen=True, slots=True)
class Look:
    """What templates ask; `logo` and `accent` are digests, empty for the default."""

    name: str = "Vitrine"
    headline: str = ""
    tagline: str = ""
    support: str = ""
    logo: str = ""
    accent: str = ""
    banner: str = ""
    banner_kind: str = "note"
    banner_until: datetime | None = None

    @property
    def shown_banner(self) -> str:
        """The banner, as long as its time has not come."""
        until = self.banner_until
        return self.banner if until is None or until > timezone.now() else ""


def look() -> Look:
    """Return the look, at most 10 seconds old; a change here shows at once."""
    found = cache.get(KEPT)
    if not isinstance(found, Look):
        found = _read()
        cache.set(KEPT, found, KEPT_SECONDS)
    return found


def logo() -> tuple[bytes, str]:
    """Return the logo's bytes and media type; raises NotFound without one."""
    row = Branding.objects.first()
    if row is None or not row.logo:
        raise NotFound("there is no logo")
    return bytes(row.logo), row.logo_type


def accent() -> str:
    """Return the accent's style sheet; raises NotFound without one."""
    row = Branding.objects.first()
    if row is None or not row.accent:
        raise NotFound("there is no accent")
    return accent_css(row.accent)


def checked_logo(data: bytes) -> tuple[bytes, str]:
    """Return a logo as a PNG of at most 96 pixels in height; raises BadRequest.

    It is drawn anew, so nothing but pixels of the upload is kept.
    """
    if len(data) > LOGO_BYTES:
        raise BadRequest("The logo is larger than 256 KB.")
    try:
        with Image.open(io.BytesIO(data), formats=LOGO_FORMATS) as opened:
            if opened.width * opened.height > LOGO_PIXELS:
                raise BadRequest("The logo has more than 4 million pixels.")
            picture = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise BadRequest("The logo is no PNG, JPEG or WebP picture.") from None
    picture.thumbnail((LOGO_HEIGHT * 6, LOGO_HEIGHT))
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue(), "image/png"


def connect() -> None:
    """Forget the look when its row changes."""
    post_save.connect(_forget, sender=Branding, dispatch_uid="branding")


def _forget(**_kwargs: Any) -> None:
    transaction.on_commit(lambda: cache.delete(KEPT))


def _read() -> Look:
    row = Branding.objects.first()
    if row is None:
        return Look()
    return Look(
        name=row.name,
        headline=row.headline,
        tagline=row.tagline,
        support=row.support,
        logo=_digest(bytes(row.logo)) if row.logo else "",
        accent=_digest(row.accent.encode()) if row.accent else "",
        banner=row.banner,
        banner_kind=row.banner_kind,
        banner_until=row.banner_until,
    )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]
