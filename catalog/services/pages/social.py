"""Social cards of public pages, drawn once and kept."""

from __future__ import annotations

import hashlib
from dataclasses import astuple
from typing import TYPE_CHECKING

from django.core.cache import cache

from catalog.content.social_card import SocialCard, draw
from catalog.services import announced
from catalog.services.branding import look
from catalog.services.pages.tasks import task_of

if TYPE_CHECKING:
    from catalog.models import Algorithm

KEPT_SECONDS = 24 * 3600
TEXT = "A catalog of callable models: find, read, try and call them."


def social_card(*, algorithm: Algorithm | None = None) -> bytes:
    """Return a public algorithm's card as PNG, or without one the site's own."""
    if algorithm is None:
        return _drawn(SocialCard(site="", title=look().name, text=TEXT))
    return _drawn(
        SocialCard(
            site=look().name,
            title=algorithm.name,
            owner=algorithm.owner.slug,
            text=algorithm.summary,
            takes=algorithm.takes,
            gives=algorithm.gives,
            note=task_of(algorithm.task).label if algorithm.task else "",
        )
    )


def public_card(*, owner: str, name: str) -> tuple[Algorithm, bytes]:
    """Return a public algorithm and its card; raises NotFound for any other."""
    found = announced.algorithm(owner=owner, name=name)
    return found, social_card(algorithm=found)


def _drawn(card: SocialCard) -> bytes:
    said = "\0".join(astuple(card))
    key = f"social:{hashlib.sha256(said.encode()).hexdigest()}"
    found = cache.get(key)
    if not isinstance(found, bytes):
        found = draw(card)
        cache.set(key, found, KEPT_SECONDS)
    return found
