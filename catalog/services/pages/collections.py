"""A collection's page: its algorithms as rows, in the curator's order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from catalog.services import collections
from catalog.services.pages import listing

if TYPE_CHECKING:
    from catalog.models import Collection
    from catalog.services.pages.listing import Listed
    from catalog.visibility import Viewer


@dataclass(frozen=True, slots=True)
class CollectionPage:
    """A collection with what the viewer sees of it; each row says why it is there."""

    collection: Collection
    rows: list[Listed]


def collection_page(*, viewer: Viewer, slug: str) -> CollectionPage:
    """Return a collection's page; raises NotFound as collection() does."""
    found = collections.collection(viewer=viewer, slug=slug)
    algorithms = [item.algorithm for item in found.items]
    rows = listing.listed(viewer=viewer, algorithms=algorithms)
    pairs = zip(rows, found.items, strict=True)
    noted = [replace(row, why=item.note) for row, item in pairs]
    return CollectionPage(found.collection, noted)
