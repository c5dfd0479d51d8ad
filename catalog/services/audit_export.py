"""The audit trail as a file, a batch at a time: JSON, and CSV no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import orjson

from catalog.services.audit_filters import filters_in
from catalog.services.audit_trail import all_entries
from catalog.services.errors import BadRequest
from catalog.services.pages.audit import lines_of, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from catalog.services.audit_trail import Trail
    from catalog.services.pages.audit import Line

MEDIA = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
FIELDS = (
    "id",
    "when",
    "category",
    "action",
    "actor",
    "target_type",
    "target_id",
    "target",
    "team",
    "reason",
    "changes",
    "address",
    "key_id",
    "key",
    "sentence",
)
#: a cell that begins with one of these is a formula to some spreadsheet; the last four
#: are the wide forms of the first
FORMULAS = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")


def exported(*, trail: Trail, asked: Mapping[str, str], form: str) -> Iterator[bytes]:
    """Yield the bytes of a file with all entries that match, newest first.

    `form` is csv or json (one array); raises BadRequest for another, and for filters
    that are none, before the first byte. Memory does not grow with the entries.
    """
    if form not in MEDIA:
        raise BadRequest(f"format: write one of {', '.join(MEDIA)}.")
    batches = all_entries(trail=trail, filters=filters_in(asked))
    lines = (lines_of(trail, rows) for rows in batches)
    return _csv(lines) if form == "csv" else _json(lines)


def row_of(line: Line) -> dict[str, Any]:
    """Return an entry as data: what API and files say of it."""
    entry = line.entry
    return {
        "id": str(entry.pk),
        "when": entry.created_at,
        "category": entry.category,
        "action": entry.action,
        "actor": entry.actor_name or None,
        "target_type": entry.target_type,
        "target_id": entry.target_id,
        "target": entry.target,
        "team": line.team or None,
        "reason": entry.reason,
        "changes": entry.changes,
        "address": line.address or None,
        "key_id": str(line.key_id) if line.key_id else None,
        "key": line.key or None,
        "sentence": said(line),
    }


def _csv(batches: Iterator[list[Line]]) -> Iterator[bytes]:
    page = io.StringIO()
    writer = csv.writer(page)
    writer.writerow(FIELDS)
    yield _taken(page)
    for lines in batches:
        writer.writerows(
            [_cell(value) for value in row_of(each).values()] for each in lines
        )
        yield _taken(page)


def _taken(page: io.StringIO) -> bytes:
    """Return what was written, and begin anew."""
    text = page.getvalue()
    page.seek(0)
    page.truncate()
    return text.encode()


def _cell(value: Any) -> str:
    """Write a cell; one that a spreadsheet would take for a formula gets a ' before."""
    if value is None:
        return ""
    if isinstance(value, dict):
        value = orjson.dumps(value).decode() if value else ""
    elif not isinstance(value, str):
        value = value.isoformat()
    return f"'{value}" if value.startswith(FORMULAS) else value


def _json(batches: Iterator[list[Line]]) -> Iterator[bytes]:
    start = b"["
    for lines in batches:
        rows = [orjson.dumps(row_of(line), option=orjson.OPT_UTC_Z) for line in lines]
        yield start + b",\n".join(rows)
        start = b",\n"
    yield b"[]\n" if start == b"[" else b"]\n"
