"""Search by tantivy, an engine in Rust inside the process: the default."""

from __future__ import annotations

from catalog.search.backends.tantivy.engine import TantivyBackend

__all__ = ["TantivyBackend"]
