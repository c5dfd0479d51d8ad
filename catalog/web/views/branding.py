"""The logo and the accent of this catalog, under addresses that change with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.views.decorators.cache import cache_control

from catalog.services import branding
from catalog.web.page import page

if TYPE_CHECKING:
    from django.http import HttpRequest

DAY = 24 * 3600


@page("GET")
@cache_control(public=True, max_age=DAY)
def logo(_request: HttpRequest) -> HttpResponse:
    data, media_type = branding.logo()
    return HttpResponse(data, content_type=media_type)


@page("GET")
@cache_control(public=True, max_age=DAY)
def accent(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(branding.accent(), content_type="text/css; charset=utf-8")
