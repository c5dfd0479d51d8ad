"""Every route of the product."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from catalog.api.openapi import Description

urlpatterns = [
    path("v1/", include("catalog.wire.urls")),
    path("api/", include("catalog.api.urls")),
    path("openapi.json", Description.as_view(), name="openapi"),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("settings/", include("accounts.entry_urls")),
    path("settings/", include("accounts.urls")),
    path("", include("catalog.web.urls")),
]

handler404 = "catalog.web.errors.not_found"
handler400 = "catalog.web.errors.bad_request"
handler403 = "catalog.web.errors.forbidden"
#: asked by allauth
handler429 = "catalog.web.errors.too_many"
handler500 = "catalog.web.errors.server_error"
