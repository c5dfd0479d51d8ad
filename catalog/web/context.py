"""What every template knows: theme, nonce, version."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

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
    }
