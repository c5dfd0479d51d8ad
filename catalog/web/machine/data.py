"""Pages as JSON; rows have the shape that they have in the catalog API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catalog.web.machine.addresses import absolute

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from catalog.models import Algorithm, Version
    from catalog.services.rollups import Figures


def row_of(row: Algorithm) -> dict[str, Any]:
    """Return an algorithm as a row of a list (as `AlgorithmRow` of /api)."""
    return {
        "owner": row.owner.slug,
        "name": row.name,
        "title": row.title,
        "summary": row.summary,
        "task": row.task,
        "tags": [tag.name for tag in row.tags.all()],
        "framework": row.framework,
        "language": row.language,
        "license": row.license,
        "visibility": row.visibility,
        "verified": row.verified_at is not None,
        "callable": row.latest_id is not None,
        "version": row.latest.number if row.latest else None,
        "takes": row.takes,
        "gives": row.gives,
        "runtime": row.latest.runtime if row.latest else "",
        "featured": row.featured_at is not None,
        "deprecated": row.deprecated_at is not None,
        "median_ms": row.median_ms,
        "stars": row.star_count,
        "calls": row.call_count,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "url": row.get_absolute_url(),
    }


def brief(row: Algorithm) -> dict[str, Any]:
    """Return what names an algorithm, where a page shows no more of it."""
    return {
        "owner": row.owner.slug,
        "name": row.name,
        "summary": row.summary,
        "url": row.get_absolute_url(),
    }


def figures_shape(figures: Figures | None) -> dict[str, Any]:
    """Return figures of 30 days; `calls_by_day` has the oldest day first."""
    return {
        "calls": figures.calls if figures else 0,
        "median_ms": figures.median_ms if figures else None,
        "calls_by_day": list(figures.by_day) if figures else [],
    }


def version_row(version: Version) -> dict[str, Any]:
    """Return a version as a row of a list (as `VersionRow` of /api)."""
    return {
        "number": version.number,
        "visibility": version.visibility,
        "notes": version.notes,
        "published_at": version.published_at,
        "digest": version.digest,
        "runtime": version.runtime,
        "timeout_seconds": version.timeout_seconds,
        "memory_mb": version.memory_mb,
    }


def home(_request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    page = context["page"]
    return {
        "algorithms": page.ledger.algorithms,
        "owners": page.ledger.owners,
        "calls_30_days": sum(page.ledger.by_day),
        "on_show": [
            {**brief(each.algorithm), "takes": each.takes, "gives": each.gives}
            for each in page.shelf.specimens
        ],
        "collections": [collection_row(each) for each in page.collections],
        "tasks": [
            {"task": each.task.key, "label": each.task.label, "count": each.count}
            for each in page.tasks
        ],
        "most_called": [
            {**brief(each.algorithm), **figures_shape(each.figures)}
            for each in page.called
        ],
        "new_versions": [
            {
                **brief(each.algorithm),
                "version": each.number,
                "published_at": each.published_at,
            }
            for each in page.versions
        ],
    }


def search(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    found = context["found"]
    return {
        **_listed(request, found),
        "facets": [
            {
                "name": facet.name,
                "label": facet.label,
                "values": [
                    {
                        "value": v.value,
                        "label": v.label,
                        "count": v.count,
                        "selected": v.selected,
                    }
                    for v in facet.values
                ],
            }
            for facet in found.results.facets
        ],
    }


def owner(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    page = context["page"]
    team = page.owner.team
    return {
        "owner": page.owner.slug,
        "kind": "team" if team else "person",
        "title": page.name,
        "calls_30_days": page.calls,
        **_listed(request, page.found),
    }


def _listed(request: HttpRequest, found: Any) -> dict[str, Any]:
    results = found.results
    return {
        "results": rows_of([row.algorithm for row in results.rows]),
        "total": results.total,
        "next": next_address(request, results.next_cursor) or None,
    }


def rows_of(rows: Iterable[Algorithm]) -> list[dict[str, Any]]:
    return [row_of(row) for row in rows]


def next_address(request: HttpRequest, cursor: str) -> str:
    """Return the address of the next part of a list, or nothing at its end."""
    if not cursor:
        return ""
    asked = request.GET.copy()
    asked["cursor"] = cursor
    return absolute(request, f"{request.path}?{asked.urlencode()}")


def collection_row(listed: Any) -> dict[str, Any]:
    found = listed.collection
    return {
        "slug": found.slug,
        "title": found.title,
        "summary": found.summary,
        "count": listed.count,
        "url": found.get_absolute_url(),
    }


def collections(_request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    rows = [collection_row(each) for each in context["rows"]]
    return {"results": rows, "total": len(rows), "next": None}


def collection(_request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    page = context["page"]
    rows = [
        {**row_of(listed.row.algorithm), "note": listed.why} for listed in page.rows
    ]
    return {
        "slug": page.collection.slug,
        "title": page.collection.title,
        "summary": page.collection.summary,
        "results": rows,
        "total": len(rows),
        "next": None,
    }


def guide(_request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    page = context["page"]
    return {
        "slug": page.chapter.slug,
        "title": page.chapter.title,
        "summary": page.chapter.summary,
        "source": page.chapter.source,
        "chapters": [
            {"slug": each.slug, "title": each.title, "summary": each.summary}
            for each in page.chapters
        ],
    }
