"""The cookie of what was viewed: signed, for this browser and this person alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from catalog.services.pages.recent import recently_viewed, remembered

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from catalog.models import Algorithm

COOKIE = "recent"
DAYS_90 = 90 * 24 * 3600


def seen(request: HttpRequest) -> list[Algorithm]:
    """Return what was viewed in this browser, as its person sees it now."""
    return recently_viewed(viewer=request.user, ids=_ids(request))


def remember(
    request: HttpRequest, response: HttpResponse, algorithm: Algorithm
) -> HttpResponse:
    """Put the algorithm first in the cookie; one that is first already stays."""
    ids = _ids(request)
    kept = remembered(ids, algorithm)
    if response.status_code < 300 and kept != ids:  # noqa: PLR2004 - a page that was shown
        response.set_signed_cookie(
            COOKIE,
            ".".join(kept),
            salt=_salt(request),
            max_age=DAYS_90,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def forget(response: HttpResponse) -> HttpResponse:
    """Let the browser forget all of it."""
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


def _ids(request: HttpRequest) -> list[str]:
    """Read the cookie; one that is not ours, or another person's, holds nothing."""
    text = request.get_signed_cookie(
        COOKIE, default="", salt=_salt(request), max_age=DAYS_90
    )
    return text.split(".") if text else []


def _salt(request: HttpRequest) -> str:
    """Name the person, so that the next one at this browser begins anew."""
    return f"recent:{request.user.pk or ''}"
