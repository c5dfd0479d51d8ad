"""What a link to a page brings along elsewhere: title, text and picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest

register = template.Library()


@register.simple_tag(takes_context=True)
def absolute(context: dict[str, Any], path: str) -> str:
    """Return a path with the site before it: pictures must be named whole."""
    request: HttpRequest | None = context.get("request")
    if settings.BASE_URL or request is None:
        return f"{settings.BASE_URL}{path}"
    return request.build_absolute_uri(path)
