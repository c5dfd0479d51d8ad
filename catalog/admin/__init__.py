"""Administration of the catalog: curation, and every row to look at."""

from __future__ import annotations

from catalog.admin import access, algorithms, branding, finding, queue, rows

__all__ = ["access", "algorithms", "branding", "finding", "queue", "rows"]
