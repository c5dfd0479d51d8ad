"""How operations are named in the description of the API."""

from __future__ import annotations

import re

from drf_spectacular.openapi import AutoSchema


class Operations(AutoSchema):
    """Operations named after their views: `get_snippets`, `post_run_of_version`."""

    def get_operation_id(self) -> str:
        name = type(self.view).__name__.removesuffix("View")
        words = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        scope = "_of_version" if "/versions/{number}/" in self.path else ""
        return f"{self.method.lower()}_{words}{scope}"
