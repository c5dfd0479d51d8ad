"""The logo and the accent of this catalog, under addresses that change with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.cache import patch_cache_control

from catalog.services import branding
from catalog.web.page import page

if TYPE_CHECKING:
    from django.http import HttpRequest

DAY = 24 * 3600


@page("GET")
def logo(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - as every view
    data, media_type = branding.logo()
    return _kept(HttpResponse(data, content_type=media_type))


@page("GET")
def accent(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - as every view
    sheet = branding.accent()
    return _kept(HttpResponse(sheet, content_type="text/css; charset=utf-8"))


def _kept(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, public=True, max_age=DAY)
    return response
