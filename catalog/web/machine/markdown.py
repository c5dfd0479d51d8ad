"""Pages for finding, as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catalog.content.cards import body_of
from catalog.services.branding import look
from catalog.web.machine.addresses import absolute
from catalog.web.machine.data import next_address
from catalog.web.machine.writing import (
    algorithm_line,
    document,
    line,
    link,
    said,
)

if TYPE_CHECKING:
    from django.http import HttpRequest


def home(request: HttpRequest, context: dict[str, Any]) -> str:
    page = context["page"]
    ledger = page.ledger
    return document(
        f"# {line(look().name)}",
        "> A catalog of callable models: find, read, try and call them.",
        f"{ledger.algorithms:,} algorithms of {ledger.owners:,} owners, "
        f"{sum(ledger.by_day):,} calls in 30 days.",
        _finding(request),
        _section(
            "On show",
            [
                algorithm_line(request, each.algorithm, f"{each.takes} → {each.gives}")
                for each in page.shelf.specimens
            ],
        ),
        _section("Collections", _collections(request, page.collections)),
        _section(
            "Tasks",
            [
                f"- {link(request, each.task.label, address)}: {each.count:,}"
                for each in page.tasks
                for address in [f"/search.md?task={each.task.key}"]
            ],
        ),
        _section(
            "Most called in 30 days",
            [
                algorithm_line(request, each.algorithm, f"{each.figures.calls:,} calls")
                for each in page.called
            ],
        ),
        _section(
            "New versions",
            [
                algorithm_line(request, each.algorithm, each.number)
                for each in page.versions
            ],
        ),
    )


def _finding(request: HttpRequest) -> str:
    search = absolute(request, "/search.md?q=")
    guide = absolute(request, "/guide.md")
    return f"Search: `{search}WORDS`. The guide: {guide}"


def _section(title: str, lines: list[str]) -> str:
    return f"## {title}\n\n" + "\n".join(lines) if lines else ""


def search(request: HttpRequest, context: dict[str, Any]) -> str:
    found = context["found"]
    asked = found.results.query
    chosen = [f"{name}: {', '.join(some)}" for name, some in asked.chosen.items()]
    return document(
        f"# Search: {line(asked.text)}" if asked.text else "# All algorithms",
        f"{line('; '.join(chosen))}" if chosen else "",
        _listed(request, found),
        _section(
            "Narrow it",
            [
                f"- {facet.label} (`{facet.name}=`): "
                + ", ".join(f"{line(v.value)} {v.count:,}" for v in facet.values)
                for facet in found.results.facets
                if facet.values
            ],
        ),
    )


def owner(request: HttpRequest, context: dict[str, Any]) -> str:
    page = context["page"]
    said = f"{line(page.name)}, a team." if page.owner.team else "A person."
    return document(f"# {page.owner.slug}", said, _listed(request, page.found))


def _listed(request: HttpRequest, found: Any) -> str:
    results = found.results
    rows = [
        algorithm_line(
            request,
            row.algorithm,
            row.algorithm.task,
            "verified" if row.algorithm.verified_at else "",
            "" if row.algorithm.latest_id else "documentation only",
            "private" if row.algorithm.visibility == "private" else "",
        )
        for row in results.rows
    ]
    more = next_address(request, results.next_cursor)
    return document(
        f"{results.total:,} found.",
        "\n".join(rows),
        f"[Next]({more})" if more else "",
    )


def _collections(request: HttpRequest, rows: Any) -> list[str]:
    return [
        f"- {link(request, each.collection.title, _md(each.collection))}: "
        f"{line(each.collection.summary)} ({each.count:,})"
        for each in rows
    ]


def _md(row: Any) -> str:
    return f"{row.get_absolute_url()}.md"


def collections(request: HttpRequest, context: dict[str, Any]) -> str:
    lines = _collections(request, context["rows"])
    return document("# Collections", "\n".join(lines) or "There is none yet.")


def collection(request: HttpRequest, context: dict[str, Any]) -> str:
    page = context["page"]
    rows = [
        algorithm_line(request, listed.row.algorithm, listed.why)
        for listed in page.rows
    ]
    about = page.collection
    return document(f"# {line(about.title)}", line(about.summary), "\n".join(rows))


def guide(request: HttpRequest, context: dict[str, Any]) -> str:
    page = context["page"]
    others = [
        f"- {said(request, each.title, _chapter(each.slug), each.summary)}"
        for each in page.chapters
        if each.slug != page.chapter.slug
    ]
    return document(body_of(page.chapter.source), _section("Other chapters", others))


def _chapter(slug: str) -> str:
    return f"/guide/{slug}.md" if slug else "/guide.md"
