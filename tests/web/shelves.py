"""Collections that tests of pages look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.models import Collection, CollectionItem, Visibility

if TYPE_CHECKING:
    from catalog.models import Algorithm


def collection(slug: str, *algorithms: Algorithm, **more) -> Collection:
    """A published collection of these algorithms, each with a note."""
    title = slug.replace("-", " ").capitalize()
    row = Collection.objects.create(slug=slug, title=title, **more)
    for position, algorithm in enumerate(algorithms):
        CollectionItem.objects.create(
            collection=row,
            algorithm=algorithm,
            position=position,
            note=f"Because of {algorithm.name}.",
        )
    return row


def opened(algorithm: Algorithm) -> Algorithm:
    """Make a listing and its newest version public."""
    algorithm.visibility = Visibility.PUBLIC
    algorithm.save()
    algorithm.latest.visibility = Visibility.PUBLIC
    algorithm.latest.save()
    return algorithm
