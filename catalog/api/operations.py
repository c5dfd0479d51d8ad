"""How operations are named in the description of the API, and which scope they need."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema

from catalog.api.scopes import operation_of, scope_of

KEY = "apiKey"


class Operations(AutoSchema):
    """Operations named after their views: `get_snippets`, `post_run_of_version`.

    `x-required-scope` is the scope that a key needs; empty where any key will do.
    """

    def get_operation_id(self) -> str:
        of_version = "_of_version" if "/versions/{number}/" in self.path else ""
        return operation_of(self.view, self.method) + of_version

    def get_extensions(self) -> dict[str, Any]:
        return {"x-required-scope": self._scope()}

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Name the scope beside the key, where OpenAPI 3.1 has room for it."""
        schemes: list[dict[str, list[str]]] = super().get_auth()
        scope = self._scope()
        if scope:
            for scheme in schemes:
                if KEY in scheme:
                    scheme[KEY] = [scope]
        return schemes

    def _scope(self) -> str:
        return scope_of(self.view, self.method)
