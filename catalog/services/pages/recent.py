"""Recently viewed: what a reader's own browser remembers, re-read as he sees it now."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from catalog.models import Algorithm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.visibility import Viewer

KEPT = 8


def recently_viewed(*, viewer: Viewer, ids: Sequence[str]) -> list[Algorithm]:
    """Return the algorithms of these ids that `viewer` sees, in their order.

    What is no id, or names what is gone or private, is left out without a word.
    """
    wanted = [pk for text in ids[:KEPT] if (pk := _uuid(text))]
    if not wanted:
        return []
    visible = Algorithm.objects.visible_to(viewer).select_related("owner")
    found = {row.pk: row for row in visible.filter(pk__in=wanted)}
    return [found[pk] for pk in dict.fromkeys(wanted) if pk in found]


def remembered(ids: Sequence[str], algorithm: Algorithm) -> list[str]:
    """Return the ids to keep after `algorithm` was looked at, the newest first."""
    newest = algorithm.pk.hex
    return [newest, *(text for text in ids if text != newest)][:KEPT]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except (ValueError, AttributeError, TypeError):
        return None
