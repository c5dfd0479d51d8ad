"""What every template knows: theme, nonce, version."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from django.utils.functional import SimpleLazyObject

from catalog.services.branding import look
from catalog.web import recent

if TYPE_CHECKING:
    from django.http import HttpRequest

THEMES = ("light", "dark")


@cache
def product_version() -> str:
    try:
        return version("vitrine")
    except PackageNotFoundError:
        return "0.1"


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's context; the nonce is made only where a page writes it."""
    theme = request.COOKIES.get("theme", "")
    return {
        "theme": theme if theme in THEMES else "",
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "product_version": product_version(),
        "look": look(),
        # Asked for by few pages: read only where one shows it.
        "recent": SimpleLazyObject(lambda: recent.seen(request)),
    }
