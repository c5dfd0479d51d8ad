"""An algorithm's tabs as Markdown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from catalog.content.cards import body_of
from catalog.services import snippets
from catalog.services.pages.shown import laid_out
from catalog.services.pages.usage import rows_of
from catalog.snippets import shown_targets
from catalog.web.machine.addresses import absolute
from catalog.web.machine.algorithm_data import endpoint
from catalog.web.machine.writing import (
    algorithm_line,
    code,
    document,
    facts,
    line,
    link,
    table,
    ticked,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from catalog.content.schema_table import SchemaRow
    from catalog.models import Example, Version
    from catalog.services.pages.algorithm import AlgorithmPage, Head
    from catalog.services.pages.related import Related

CURL = "curl"
TABS = (
    ("Try it", "catalog:algorithm_try"),
    ("Use it", "catalog:algorithm_use"),
    ("Versions", "catalog:algorithm_versions"),
    ("Source", "catalog:algorithm_source"),
    ("Usage", "catalog:algorithm_usage"),
)


def overview(request: HttpRequest, context: dict[str, Any]) -> str:
    """Write the first tab: card, contract, a call, limits, and where to go on."""
    page: AlgorithmPage = context["page"]
    head = page.head
    card = body_of(head.card.source) if head.card else ""
    parts = [_title(head, ""), _about(head), card]
    if head.version is not None and page.contract is not None:
        parts += [
            _contract("Input", page.contract.takes),
            _contract("Output", page.contract.gives),
            _call(request, head),
            _examples(page.examples[:1]),
            _limits(head.version),
        ]
    else:
        parts.append("This entry is documentation only: there is nothing to call.")
    if page.related:
        parts.append(_related(request, page.related))
    return document(*parts, _links(request, head))


def _title(head: Head, tab: str) -> str:
    algorithm = head.algorithm
    number = f" {head.version.number}" if head.version and head.is_pinned else ""
    title = f"# {algorithm.full_name}{number}{f': {tab}' if tab else ''}"
    return f"{title}\n\n> {line(algorithm.summary)}"


def _about(head: Head) -> str:
    algorithm, version = head.algorithm, head.version
    median = head.figures.median_ms
    return facts(
        [
            ("Version", version.number if version else ""),
            ("Runtime", version.runtime if version else ""),
            ("Task", algorithm.task),
            ("Framework", algorithm.framework),
            ("Languages", ", ".join(algorithm.language)),
            ("License", algorithm.license),
            ("Tags", ", ".join(tag.name for tag in algorithm.tags.all())),
            ("Visibility", algorithm.visibility),
            ("Verified", "yes" if algorithm.verified_at else ""),
            (
                "Deprecated",
                algorithm.deprecated_reason or _yes(algorithm.deprecated_at),
            ),
            ("Calls in 30 days", f"{head.figures.calls:,}" if version else ""),
            ("Median", f"{median:.3g} ms" if median is not None else ""),
        ]
    )


def _yes(value: object) -> str:
    return "yes" if value else ""


def _contract(title: str, rows: Sequence[SchemaRow]) -> str:
    heads = ("Name", "Type", "Need", "Meaning", "Rule")
    cells: list[tuple[str, ...]] = []
    above: list[str] = []
    for row in rows:
        above = [*above[: row.depth], row.name]
        name = f"`{'.'.join(above)}`".replace("|", "")
        texts = [line(text) for text in (row.type, row.need, row.rule)]
        cells.append((name, *texts[:2], ticked(row.meaning), texts[2]))
    return f"## {title}\n\n{table(heads, cells)}"


def _call(request: HttpRequest, head: Head) -> str:
    version = head.version
    if version is None:
        return ""
    said = f"## Call it\n\n`POST {endpoint(request, head)}` with a key of scope `run`."
    if CURL not in {target.key for target in shown_targets()}:
        return said
    call = snippets.call_of(version=version, base_url=absolute(request, "/"))
    made = snippets.snippet(target=CURL, call=call)
    return f"{said}\n\n{code(made.code, 'sh')}"


def _examples(examples: Sequence[Example]) -> str:
    parts = []
    for example in examples:
        parts.append(f"## Example: {line(example.title)}\n\nInput:")
        parts.append(code(laid_out(example.input_text), "json"))
        if example.output_text:
            parts.append("Recorded output:")
            parts.append(code(laid_out(example.output_text), "json"))
    return "\n\n".join(parts)


def _limits(version: Version) -> str:
    lines = facts(
        [
            ("Input", f"{settings.CALL_BODY_BYTES // 1024**2} MiB"),
            ("Time", f"{version.timeout_seconds} s, then stopped"),
            ("Memory", f"{version.memory_mb} MB"),
            ("May call", ", ".join(version.permissions.get("calls", []))),
            ("May fetch from", ", ".join(version.permissions.get("fetch", []))),
            ("Files of the caller", " and ".join(version.permissions.get("data", []))),
        ]
    )
    return f"## Limits\n\n{lines}"


def _related(request: HttpRequest, related: Related) -> str:
    lists = (
        ("Fed by", related.fed_by),
        ("Can feed", related.can_feed),
        ("Similar", related.similar),
    )
    parts = [
        f"### {title}\n\n"
        + "\n".join(
            algorithm_line(request, row, f"{row.takes} → {row.gives}") for row in rows
        )
        for title, rows in lists
        if rows
    ]
    return document("## Goes with", "By the types of inputs and outputs.", *parts)


def _links(request: HttpRequest, head: Head) -> str:
    algorithm = head.algorithm
    names = [algorithm.owner.slug, algorithm.name]
    lines = [
        f"- {link(request, title, f'{reverse(view, args=names)}.md')}"
        for title, view in (TABS if head.version else ())
        if title != "Source" or head.shows_source
    ]
    card = reverse("catalog:card", args=names)
    lines.append(f"- {link(request, 'Card as it was published', card)}")
    api = f"/api/v1/algorithms/{algorithm.full_name}"
    lines.append(f"- {link(request, 'JSON', api)}")
    return "## Pages\n\n" + "\n".join(lines)


def trial(request: HttpRequest, context: dict[str, Any]) -> str:
    page: AlgorithmPage = context["page"]
    version = page.head.version
    schema = json.dumps(version.input_schema if version else {}, ensure_ascii=False)
    return document(
        _title(page.head, "try it"),
        _call(request, page.head),
        _examples(page.examples),
        f"## Input schema\n\n{code(laid_out(schema), 'json')}",
        _links(request, page.head),
    )


def use(request: HttpRequest, context: dict[str, Any]) -> str:
    page: AlgorithmPage = context["page"]
    parts = [_title(page.head, "use it")]
    if page.use is not None:
        chosen, snippet = page.use.chosen, page.use.panels[0].snippet
        install = next(t.install for t in shown_targets() if t.key == chosen.key)
        parts.append(f"## {line(chosen.label)}")
        parts.append(f"Install: `{install}`" if install else "")
        parts.append(code(snippet.code))
    names = [page.head.algorithm.owner.slug, page.head.algorithm.name]
    others = [
        f"- {link(request, target.label, f'{address}.md')}"
        for target in shown_targets()
        for address in [reverse("catalog:algorithm_snippet", args=[*names, target.key])]
    ]
    return document(*parts, "## Targets", "\n".join(others))


def versions(request: HttpRequest, context: dict[str, Any]) -> str:
    page: AlgorithmPage = context["page"]
    parts = [_title(page.head, "versions")]
    for entry in page.entries:
        version = entry.version
        by = f" by {version.published_by.username}" if version.published_by else ""
        parts.append(f"## {version.number}")
        parts.append(f"{version.published_at:%Y-%m-%d}{by}, {version.visibility}")
        parts.append(version.notes)
        parts.append(
            "\n".join(
                f"- {c.side} {c.kind}: `{c.name}` ({line(c.detail)})"
                for c in entry.changes or []
            )
        )
        address = f"{version.get_absolute_url()}.md"
        parts.append(link(request, "This version", address))
    return document(*parts)


def source(request: HttpRequest, context: dict[str, Any]) -> str:
    page: AlgorithmPage = context["page"]
    opened = page.source
    if opened is None:
        return document(_title(page.head, "source"))
    shown = f"{opened.name} {opened.reason}." if opened.reason else code(opened.text)
    address = absolute(request, f"{request.path}?file=")
    return document(
        _title(page.head, "source"),
        "Files: " + ", ".join(f"`{name}`" for name in opened.names),
        f"Open one: `{address}NAME`",
        f"## {line(opened.name)}",
        shown,
    )


def usage(_request: HttpRequest, context: dict[str, Any]) -> str:
    page: AlgorithmPage = context["page"]
    shown = page.usage
    if shown is None:
        return document(_title(page.head, "usage"))
    heads = ("Start (UTC)", "Calls", "Failed", "p50 ms", "p95 ms", "p99 ms")
    names = ("start", "calls", "failed", "p50_ms", "p95_ms", "p99_ms")
    rows = [
        ["" if row[name] is None else str(row[name]) for name in names]
        for row in rows_of(shown)
        if row["calls"]
    ]
    errors = [(line(code or "unknown"), str(n)) for code, n in shown.errors]
    return document(
        _title(page.head, "usage"),
        f"{shown.total.calls:,} calls in {shown.period.label}, "
        f"{shown.total.failed:,} of them failed.",
        table(heads, rows) if rows else "",
        "## Failures by type\n\n" + table(("Type", "Failures"), errors)
        if errors
        else "",
    )
