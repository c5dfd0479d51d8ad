"""The description of the catalog API, OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularJSONAPIView

from catalog.api.permissions import Reads


class Description(SpectacularJSONAPIView):
    """`/openapi.json`, the same for every reader."""

    permission_classes = [Reads]
    api_version = "v1"
    serve_public = True


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # drf-spectacular's registry is untyped
    """How an API key is sent."""

    target_class = "catalog.api.authentication.KeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "vtr_..."}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # as above
    """The cookie of a signed-in page."""

    target_class = "catalog.api.authentication.PageSession"
    name = "session"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
