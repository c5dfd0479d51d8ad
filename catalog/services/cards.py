"""Cards as rows: stored at once, rendered later and outside of any request."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection
from django.db.models import Q

from catalog.content.card_text import plain_of
from catalog.content.cards import body_of, parse_card
from catalog.content.renderer import RENDERER_VERSION, render_markdown
from catalog.models import Card

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from catalog.content.cards import Card as ParsedCard

    Progress = Callable[[int, int], None]

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
FAILURE_SECONDS = 5.0
BATCH = 100

#: rendered by another version of the renderer, or not at all
STALE = Q(renderer__lt=RENDERER_VERSION) | Q(renderer__gt=RENDERER_VERSION)


class RendererUnavailable(Exception):
    """The renderer's process does not start; the cards wait on."""


def digest_of_card(source: str) -> str:
    """Return the key of a card: the SHA-256 of its text, in hex."""
    return hashlib.sha256(source.encode()).hexdigest()


def new_card(*, source: str, parsed: ParsedCard | None = None) -> Card:
    """Make the row of a card, unsaved and waiting to be rendered.

    Raises CardProblem where the text is no card; `parsed` saves parsing it again.
    """
    known = parsed or parse_card(source)
    return Card(
        digest=digest_of_card(source),
        source=source,
        meta=known.meta,
        plain=plain_of(known.body),
    )


def card_for(*, source: str, parsed: ParsedCard | None = None) -> Card:
    """Return the row of a card; a new one waits to be rendered.

    `source` is the whole text with its front matter. Raises CardProblem.
    """
    found = Card.objects.filter(pk=digest_of_card(source)).first()
    if found is None:
        made = new_card(source=source, parsed=parsed)
        found, _created = Card.objects.get_or_create(
            digest=made.digest,
            defaults={"source": source, "meta": made.meta, "plain": made.plain},
        )
    return found


def is_current(card: Card) -> bool:
    """Tell whether a card's HTML is that of this renderer, so that it may be shown."""
    return card.renderer == RENDERER_VERSION


def render_waiting(
    *,
    limit: int | None = None,
    progress: Progress = lambda _done, _all: None,
    is_over: Callable[[], bool] = lambda: False,
) -> int:
    """Render cards that wait, the newest first, one at a time; return how many.

    Those of another renderer's version wait too. Each takes 2 s at most. `progress`
    hears (done, all); `is_over` is asked between two cards. Raises
    RendererUnavailable where the renderer does not start.
    """
    stale = Card.objects.filter(STALE).order_by("-created_at", "pk")
    waiting = list(stale.values_list("pk", flat=True)[:limit])
    for done, digest in enumerate(waiting):
        if is_over():
            return done
        progress(done, len(waiting))
        _render(digest)
    if waiting:
        progress(len(waiting), len(waiting))
    return len(waiting)


def _render(digest: str) -> None:
    card = Card.objects.filter(pk=digest).only("source").first()
    if card is None:
        return
    rendered = render_markdown(body_of(card.source))
    if rendered.is_away:
        raise RendererUnavailable(rendered.reason)
    Card.objects.filter(pk=digest).update(
        html=rendered.html,
        toc=[asdict(entry) for entry in rendered.toc],
        is_fallback=rendered.fallback,
        renderer=RENDERER_VERSION,
    )


def keep_rendering(*, stop: threading.Event) -> None:
    """Render what waits until `stop` is set; for a thread of the worker."""
    while not stop.is_set():
        pause = POLL_SECONDS
        try:
            if done := render_waiting(limit=BATCH, is_over=stop.is_set):
                left = Card.objects.filter(STALE).count()
                logger.info("%d cards rendered, %d wait", done, left)
                pause = 0.0
        except (DatabaseError, OSError, RendererUnavailable):
            logger.exception("rendering goes on in %s s", FAILURE_SECONDS)
            close_old_connections()
            pause = FAILURE_SECONDS
        stop.wait(pause)
    connection.close()
