"""/llms.txt: what this site is and where an agent finds what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.services.branding import look
from catalog.services.pages.guide import chapter
from catalog.web.machine.addresses import absolute
from catalog.web.machine.writing import (
    algorithm_line,
    document,
    line,
    link,
    said,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from catalog.models import Algorithm


def llms_text(request: HttpRequest, rows: Sequence[Algorithm]) -> str:
    """Write the file: a title, a summary, how to find and call, lists of links."""
    search = absolute(request, "/search.md?q=WORDS")
    call = absolute(request, "/v1/algo/OWNER/NAME/VERSION")
    return document(
        f"# {line(look().name)}",
        "> A self-hosted catalog of callable models and utilities. Each has a card, "
        "a contract in JSON Schema, recorded examples, versions and an endpoint.",
        "Every page is Markdown with `.md` after its address and JSON with `.json`, "
        "or by `Accept`. Only what is public is listed here; a key of the API shows "
        "its owner's private entries too.",
        f"Find: `{search}` or `{absolute(request, '/api/v1/algorithms?q=WORDS')}`.",
        f"Call: `POST {call}` with a JSON body that fits the input schema, "
        "`Content-Type: application/json` and `Authorization: Bearer KEY`.",
        "## Guide",
        "\n".join(_guide(request)),
        "## Algorithms",
        "\n".join(
            algorithm_line(
                request, row, f"{row.takes} → {row.gives}" if row.takes else ""
            )
            for row in rows
        )
        or "None is public yet.",
        "## Optional",
        "\n".join(_optional(request)),
    )


def _guide(request: HttpRequest) -> list[str]:
    return [
        f"- {said(request, entry.title, path, entry.summary)}"
        for entry in chapter().chapters
        for path in [f"/guide/{entry.slug}.md" if entry.slug else "/guide.md"]
    ]


def _optional(request: HttpRequest) -> list[str]:
    return [
        f"- {link(request, 'All algorithms', '/search.md')}: listed, with facets",
        f"- {link(request, 'OpenAPI', '/openapi.json')}: the catalog API",
        f"- {link(request, 'New versions', '/feeds/versions.atom')}: an Atom feed",
        f"- {link(request, 'Sitemap', '/sitemap.xml')}: every public page",
    ]
