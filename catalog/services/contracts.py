"""How one version is called, as an OpenAPI 3.1 document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.conf import settings

from catalog.content.openapi_calls import Described, Sample, document

if TYPE_CHECKING:
    from catalog.models import Version


def contract_of(*, version: Version, base_url: str) -> bytes:
    """Return the document of a version that the viewer sees, as JSON.

    `base_url` is where the request came to; VITRINE_BASE_URL goes before it.
    """
    algorithm = version.algorithm
    described = Described(
        name=algorithm.full_name,
        number=version.number,
        title=algorithm.title,
        summary=algorithm.summary,
        license=algorithm.license,
        server=settings.BASE_URL or base_url,
        input_schema=version.input_schema,
        output_schema=version.output_schema,
        samples=[
            Sample(each.title, json.loads(each.input_text), _value(each.output_text))
            for each in version.examples.all()
        ],
    )
    text = json.dumps(document(described), ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def address_of(version: Version) -> str:
    """Return the path of the document."""
    name, number = version.algorithm.full_name, version.number
    return f"/api/v1/algorithms/{name}/versions/{number}/openapi.json"


def _value(text: str) -> Any:
    return json.loads(text) if text else None
