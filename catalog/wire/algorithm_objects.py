"""The objects of algorithm management in the contract's shapes and order of keys.

What is not set is absent, never null, but for a page's `marker` and `next_link`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catalog.services.draft_settings import (
    DEFAULT_LANGUAGE,
    ENVIRONMENT_ID,
    sample_out,
)
from catalog.services.drafted_folders import LICENSES

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from catalog.models import Algorithm, Build, Draft, Run, Version
    from catalog.services.managing import Managed, Page

    #: makes a whole address of a path below /v1/
    Link = Callable[[str], str]
    Document = dict[str, Any]

SETTINGS = (
    *("algorithm_callability", "source_visibility", "language", "environment"),
    *("package_set", "algorithm_environment", "license", "network_access"),
    *("pipeline_enabled", "insights_enabled", "royalty_microcredits"),
)
SCM = {"id": "internal", "provider": "internal", "default": True, "enabled": True}
WAITING = (
    "Curators were asked to make this algorithm public; until they do, it is private."
)


def algorithm(managed: Managed, link: Link) -> Document:
    """Return the algorithm object of one state."""
    row = managed.algorithm
    said: Document = {
        "id": str(row.pk),
        "name": row.name,
        "details": _details(managed),
    }
    if managed.commit:
        path = f"algorithms/{row.full_name}/versions/{managed.commit}"
        said["self_link"] = link(path)
    said["resource_type"] = "algorithm"
    said["settings"] = _settings(managed)
    if info := _version_info(managed):
        said["version_info"] = info
    if managed.build is not None:
        if managed.build.finished_at is not None:
            is_good = managed.build.state == "succeeded"
            log = managed.build.log
            said["compilation"] = {"successful": is_good, "output": log}
        said["build"] = build(managed.build)
    if managed.draft is not None or managed.build is not None:
        said["source"] = {"scm": SCM}
    if managed.is_waiting:
        said["review"] = {"state": "waiting", "message": WAITING}
    return said


def _details(managed: Managed) -> Document:
    draft, row = managed.draft, managed.algorithm
    if draft is None:
        return _set({"label": row.title, "tagline": row.summary})
    return _set(
        {"label": draft.label, "summary": draft.summary, "tagline": draft.tagline}
    )


def _settings(managed: Managed) -> Document:
    draft, version = managed.draft, managed.version
    found = dict(draft.settings) if draft else _listed(managed.algorithm)
    if version is not None:
        is_public = managed.algorithm.is_public and version.visibility == "public"
        found["algorithm_callability"] = "public" if is_public else "private"
        if draft is None:
            found["network_access"] = (
                "full" if version.permissions.get("fetch") else "isolated"
            )
            found["pipeline_enabled"] = bool(version.permissions.get("calls"))
    return {name: found[name] for name in SETTINGS if name in found}


def _listed(row: Algorithm) -> Document:
    names = {spdx: name for name, spdx in LICENSES.items() if spdx != "other"}
    found: Document = {
        "source_visibility": "open",
        "language": DEFAULT_LANGUAGE,
        "environment": "cpu",
        "algorithm_environment": ENVIRONMENT_ID,
    }
    if row.license.lower() in names:
        found["license"] = names[row.license.lower()]
    return found


def _version_info(managed: Managed) -> Document:
    version, draft = managed.version, managed.draft
    if version is None:
        return _set({"git_hash": managed.commit, **_samples_of(draft)})
    return _set(
        {
            "semantic_version": version.number,
            "git_hash": managed.commit,
            "version_uuid": str(version.pk),
            "release_notes": version.notes,
            **_samples_in(version),
        }
    )


def _samples_of(draft: Draft | None) -> Document:
    if draft is None or not draft.sample_input:
        return {}
    output = draft.sample_output
    return {
        "sample_input": sample_out(draft.sample_input),
        "sample_output": sample_out(output) if output else "",
    }


def _samples_in(version: Version) -> Document:
    for example in version.examples.all():
        output = example.output_text
        return {
            "sample_input": sample_out(example.input_text),
            "sample_output": sample_out(output) if output else "",
        }
    return {}


def build(row: Build) -> Document:
    """Return a build object."""
    said: Document = {
        "build_id": str(row.pk),
        "status": row.state,
        "commit_sha": row.commit,
        "started_at": moment(row.started_at),
    }
    if row.finished_at is not None:
        said["finished_at"] = moment(row.finished_at)
    if row.version is not None:
        said["version_info"] = {"semantic_version": row.version.number}
    said["resource_type"] = "algorithm_build"
    return said


def page(
    found: Page, rows: list[Document], next_link: Callable[[str], str]
) -> Document:
    """Return a page of a list; its marker and link are null at the end."""
    marker = found.marker or None
    link = next_link(found.marker) if marker else None
    return {"marker": marker, "next_link": link, "results": rows}


def failure(run: Run) -> Document:
    """Return a failed run, without its caller and what it was sent."""
    return {
        "request_id": f"req-{run.pk}",
        "semantic_version": run.version.number,
        "error": run.error_code,
        "duration": run.duration_ms / 1000,
        "created_at": moment(run.created_at),
    }


def moment(at: datetime) -> str:
    """Write a moment in UTC to the millisecond, as the original service did."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _set(values: Document) -> Document:
    return {name: value for name, value in values.items() if value not in ("", None)}
