"""The texts that find nothing, counted for curators; never who asked."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from catalog.models import SearchMiss

if TYPE_CHECKING:
    from catalog.services.search import Results

logger = logging.getLogger(__name__)

MOST = 5_000
CHARACTERS = 200


def missed_text(results: Results) -> str:
    """Return the text to count: of a first page without filters that found nothing.

    Empty where it is no miss, or the index was away.
    """
    query = results.query
    if results.total or results.degraded or query.is_narrowed or query.cursor:
        return ""
    text = " ".join(query.text.casefold().split())[:CHARACTERS].strip()
    return text if any(map(str.isalnum, text)) else ""


def note_miss(text: str) -> None:
    """Count a text once more; call it when the answer is on its way.

    At most 5,000 texts are kept: a new one takes the place of the rarest, oldest one.
    That it could not be counted stops nobody.
    """
    if not text:
        return
    try:
        with transaction.atomic():
            _count(text)
    except DatabaseError:
        logger.warning("a search without a result was not counted", exc_info=True)


def _count(text: str) -> None:
    now = timezone.now()
    # An answer that a curator has seen to and that fails again is open again.
    known = SearchMiss.objects.filter(text=text)
    if known.update(count=F("count") + 1, last_at=now, is_done=False):
        return
    excess = SearchMiss.objects.count() + 1 - MOST
    if excess > 0:
        rarest = SearchMiss.objects.order_by("-is_done", "count", "last_at")
        doomed = list(rarest.values_list("pk", flat=True)[:excess])
        SearchMiss.objects.filter(pk__in=doomed).delete()
    SearchMiss.objects.create(text=text, count=1)
