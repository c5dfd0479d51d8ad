"""Administration of the catalog: curation, and every row to look at."""

from __future__ import annotations

from catalog.admin import algorithms, branding, finding, queue, rows

__all__ = ["algorithms", "branding", "finding", "queue", "rows"]
