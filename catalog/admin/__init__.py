"""Administration of the catalog: curation, and every row to look at."""

from __future__ import annotations

from catalog.admin import (
    access,
    algorithms,
    branding,
    calls,
    finding,
    queue,
    rows,
    stored,
)

__all__ = [
    "access",
    "algorithms",
    "branding",
    "calls",
    "finding",
    "queue",
    "rows",
    "stored",
]
