"""Collections, as far as a viewer sees what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Prefetch

from catalog.models import Algorithm, Collection, CollectionItem
from catalog.services.errors import NotFound
from catalog.visibility import visible_to

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from catalog.visibility import Viewer


@dataclass(frozen=True, slots=True)
class Listed:
    """A collection in a list, with how many of its algorithms the viewer sees."""

    collection: Collection
    count: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A collection with the items that the viewer sees, in the curator's order."""

    collection: Collection
    items: list[CollectionItem]

    @property
    def count(self) -> int:
        return len(self.items)


def collections_for(*, viewer: Viewer) -> list[Listed]:
    """Return the published collections that show `viewer` something, in their order."""
    seen = _seen(viewer)
    return [Listed(row, row.seen) for row in seen]  # type: ignore[attr-defined] # annotated


def collection(*, viewer: Viewer, slug: str) -> Shown:
    """Return one collection as `viewer` sees it.

    Raises NotFound for one that is missing, not published, or shows nothing.
    """
    found = _seen(viewer).filter(slug=slug).first()
    return _with_items(viewer, found, slug)


def featured(*, viewer: Viewer) -> Shown | None:
    """Return the first featured collection that shows `viewer` something."""
    found = _seen(viewer).filter(is_featured=True).first()
    return _with_items(viewer, found, found.slug) if found else None


def _seen(viewer: Viewer) -> QuerySet[Collection]:
    of_visible = visible_to(viewer, prefix="items__algorithm__")
    counted = Count("items", filter=of_visible, distinct=True)
    published = Collection.objects.filter(is_published=True)
    shown = published.annotate(seen=counted).filter(seen__gt=0)
    return shown.order_by("position", "title", "pk")


def _with_items(viewer: Viewer, found: Collection | None, slug: str) -> Shown:
    if found is None:
        raise NotFound(f"collection {slug} not found")
    visible = Algorithm.objects.visible_to(viewer).with_parts()
    items = (
        CollectionItem.objects.filter(collection=found)
        .filter(visible_to(viewer, prefix="algorithm__"))
        .prefetch_related(Prefetch("algorithm", visible))
        .order_by("position", "pk")
    )
    return Shown(found, list(items))
