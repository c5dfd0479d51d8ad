"""An algorithm's tabs as JSON; the parts have the shapes of the catalog API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from catalog.services import contracts
from catalog.services.pages.usage import rows_of
from catalog.snippets import executed, shown_targets
from catalog.web.machine import data
from catalog.web.machine.addresses import absolute

if TYPE_CHECKING:
    from django.http import HttpRequest

    from catalog.models import Example, Version
    from catalog.services.pages.algorithm import AlgorithmPage, Head


def version_detail(version: Version, examples: list[Example]) -> dict[str, Any]:
    """Return a version whole (as `VersionDetail` of /api)."""
    return {
        **data.version_row(version),
        "input_schema": version.input_schema,
        "output_schema": version.output_schema,
        "permissions": version.permissions,
        "card": version.card.source,
        "examples": [example_shape(each) for each in examples],
    }


def example_shape(example: Example) -> dict[str, Any]:
    """Return an example; its texts are JSON already and keep their digits."""
    output = example.output_text
    return {
        "title": example.title,
        "input": orjson.Fragment(example.input_text),
        "output": orjson.Fragment(output) if output else None,
    }


def named(head: Head) -> dict[str, Any]:
    """Return which algorithm and version a tab is of."""
    return {
        "algorithm": head.algorithm.full_name,
        "version": head.version.number if head.version else None,
    }


def overview(_request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the algorithm with its newest version, or the version that is pinned."""
    page: AlgorithmPage = context["page"]
    head = page.head
    version = head.version
    detail = version_detail(version, page.examples) if version else None
    if head.is_pinned and detail is not None:
        return {**named(head), **detail}
    related = page.related
    return {
        **data.row_of(head.algorithm),
        "card": head.card.source if head.card else "",
        "latest": detail,
        "figures_30_days": data.figures_shape(head.figures),
        "goes_with": {
            "fed_by": [data.brief(row) for row in related.fed_by] if related else [],
            "can_feed": [data.brief(row) for row in related.can_feed]
            if related
            else [],
            "similar": [data.brief(row) for row in related.similar] if related else [],
        },
    }


def trial(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return what one needs for a first call."""
    page: AlgorithmPage = context["page"]
    version = page.head.version
    return {
        **named(page.head),
        "endpoint": endpoint(request, page.head),
        "input_schema": version.input_schema if version else None,
        "output_schema": version.output_schema if version else None,
        "examples": [example_shape(each) for each in page.examples],
    }


def endpoint(request: HttpRequest, head: Head) -> str:
    """Return the address that a call is posted to."""
    number = f"/{head.version.number}" if head.version else ""
    return absolute(request, f"/v1/algo/{head.algorithm.full_name}{number}")


def _contract(request: HttpRequest, head: Head) -> str | None:
    """Return the address of the version's OpenAPI document."""
    version = head.version
    return absolute(request, contracts.address_of(version)) if version else None


def use(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return one target's code (as `SnippetDetail` of /api), and all targets."""
    page: AlgorithmPage = context["page"]
    answer: dict[str, Any] = {
        **named(page.head),
        "openapi": _contract(request, page.head),
        "targets": [
            {"target": each.key, "label": each.label, "language": each.language}
            for each in shown_targets()
        ],
    }
    if page.use is None:
        return answer
    key = page.use.chosen.key
    target = next(each for each in shown_targets() if each.key == key)
    ran = executed()[key]
    return {
        **answer,
        "target": key,
        "label": target.label,
        "language": target.language,
        "install": target.install,
        "executed": f"{ran.toolchain}, {ran.on}",
        "code": page.use.panels[0].snippet.code,
    }


def versions(_request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the versions (as `VersionList` of /api), each with its changes."""
    page: AlgorithmPage = context["page"]
    rows = [
        {
            **data.version_row(entry.version),
            "changes": [
                {"kind": c.kind, "side": c.side, "name": c.name, "detail": c.detail}
                for c in entry.changes or []
            ],
        }
        for entry in page.entries
    ]
    return {
        "algorithm": page.head.algorithm.full_name,
        "results": rows,
        "total": len(rows),
        "next": None,
    }


def source(_request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the file list and the open file; `text` is null where none is shown."""
    page: AlgorithmPage = context["page"]
    opened = page.source
    if opened is None:
        return {**named(page.head), "files": []}
    return {
        **named(page.head),
        "files": opened.names,
        "file": opened.name,
        "bytes": opened.size,
        "text": None if opened.reason else opened.text,
        "reason": opened.reason or None,
    }


def usage(_request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of a period: whole, by column, by error and by version."""
    page: AlgorithmPage = context["page"]
    shown = page.usage
    if shown is None:
        return {"algorithm": page.head.algorithm.full_name}
    return {
        "algorithm": page.head.algorithm.full_name,
        "period": shown.period.key,
        "calls": shown.total.calls,
        "failed": shown.total.failed,
        "p50_ms": shown.total.p50,
        "p95_ms": shown.total.p95,
        "p99_ms": shown.total.p99,
        "columns": rows_of(shown),
        "errors": dict(shown.errors),
        "versions": [
            {
                "version": each.version.number,
                "calls": each.tally.calls,
                "failed": each.tally.failed,
                "p50_ms": each.tally.p50,
            }
            for each in shown.by_version
        ],
    }
