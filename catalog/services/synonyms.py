"""Synonyms as curators keep them, ready for the engine."""

from __future__ import annotations

from accounts import epoch
from catalog.models import Synonym
from catalog.search.synonyms import Synonyms, default_synonyms
from catalog.services.lookups import Lookups

_held: Lookups[Synonyms] = Lookups(limit=1)


def connect() -> None:
    """Make every process read the rows anew after one was written."""
    epoch.bump_on_writes(Synonym)


def active() -> Synonyms:
    """Return the active groups, read once per process and epoch."""
    return _held.get(epoch.current(), "active", _read)


def _read() -> Synonyms:
    rows = Synonym.objects.filter(is_active=True).values_list("words", flat=True)
    return Synonyms.of(words.split(",") for words in rows)


def add_defaults() -> int:
    """Add the groups that come with the product, where there are none; count them.

    Curators edit and remove them like their own.
    """
    if Synonym.objects.exists():
        return 0
    rows = [
        Synonym(words=", ".join(group), note="Comes with Vitrine")
        for group in default_synonyms()
    ]
    Synonym.objects.bulk_create(rows)
    epoch.bump()
    return len(rows)
