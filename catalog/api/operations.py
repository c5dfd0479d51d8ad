"""How operations are named in the description of the API, and which scope they need."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema

from catalog.api.scopes import operation_of, scope_of

KEY = "apiKey"
#: what every answer says of limits, and the one too many besides
LIMITS = {
    name: {"description": said, "schema": {"type": "string"}}
    for name, said in (
        ("RateLimit-Policy", "Each limit's quota q of a window of w seconds."),
        ("RateLimit", "What is left of each, r, to be whole again in t seconds."),
    )
}
WAIT = {"description": "Seconds to wait.", "schema": {"type": "integer"}}


#: what the middleware, permissions and the addresses answer, whatever the operation
OF_ANY = {
    "400": "A part of the request cannot be read.",
    "401": "The key is unknown, or one is needed.",
    "403": "The key lacks the scope, or the session its CSRF token.",
    "404": "There is nothing here that the caller sees.",
}


def _as_problem(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an error's content under the media type that errors have (RFC 9457)."""
    shapes = list(answer.get("content", {}).values())
    return {"application/problem+json": shapes[0]} if shapes else {}


class Operations(AutoSchema):
    """Operations named after their views: `get_snippets`, `post_run_of_version`.

    `x-required-scope` is the scope that a key needs; empty where any key will do.
    """

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """Say of every operation what the edge itself may answer to any request."""
        described: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if described:
            answers = described["responses"]
            refusals = [status for status in answers if status >= "4"]
            for status in refusals:
                answers[status]["content"] = _as_problem(answers[status])
            problem = {**answers[min(refusals)]} if refusals else {}
            for status, said in OF_ANY.items():
                answers.setdefault(status, {**problem, "description": said})
            answers["429"] = {
                **problem,
                "description": "Too many requests.",
                "headers": {**LIMITS, "Retry-After": WAIT},
            }
        return described

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
