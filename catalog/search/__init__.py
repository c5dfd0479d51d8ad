"""Engine: finds documents. One analysis, several backends, no model, no request."""

from __future__ import annotations

from catalog.backends import BackendRegistry
from catalog.search.base import (
    Access,
    SearchBackend,
    SearchDocument,
    SearchPage,
    SearchRequest,
    SearchUnavailable,
)

__all__ = [
    "Access",
    "SearchBackend",
    "SearchDocument",
    "SearchPage",
    "SearchRequest",
    "SearchUnavailable",
    "search_backends",
]

search_backends: BackendRegistry[SearchBackend] = BackendRegistry(
    "SEARCH_BACKENDS",
    SearchBackend,  # type: ignore[type-abstract] # the base is checked, not built
)
