"""Settings of the JSON edge: Django REST framework and the API's description."""

from __future__ import annotations

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "catalog.api.authentication.KeyAuthentication",
        "catalog.api.authentication.PageSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["catalog.api.permissions.Deny"],
    "DEFAULT_RENDERER_CLASSES": ["catalog.api.renderers.CompactJSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "catalog.api.renderers.AlwaysJSON",
    "DEFAULT_PARSER_CLASSES": ["catalog.api.parsers.KeepableJSON"],
    "DEFAULT_SCHEMA_CLASS": "catalog.api.operations.Operations",
    "EXCEPTION_HANDLER": "catalog.api.errors.problem_response",
    "DEFAULT_METADATA_CLASS": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Vitrine",
    "DESCRIPTION": "The catalog API: find algorithms, read them, run them.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {"KeyStateEnum": ["live", "ended", "revoked"]},
}
