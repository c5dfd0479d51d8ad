"""Cards as rows: rendered once per source, outside of any transaction."""

from __future__ import annotations

import hashlib
from dataclasses import asdict

from catalog.content.renderer import RENDERER_VERSION, render_markdown
from catalog.models import Card


def card_for(*, source: str, body: str) -> Card:
    """Return the row of a card, rendering `body` where no row has it yet.

    `source` is the whole text with its front matter, `body` the Markdown alone.
    """
    digest = hashlib.sha256(source.encode()).hexdigest()
    known = Card.objects.filter(pk=digest, renderer=RENDERER_VERSION).first()
    if known is not None:
        return known
    rendered = render_markdown(body)
    card, _created = Card.objects.update_or_create(
        digest=digest,
        defaults={
            "source": source,
            "html": rendered.html,
            "toc": [asdict(entry) for entry in rendered.toc],
            "plain": rendered.plain,
            "is_fallback": rendered.fallback,
            "renderer": RENDERER_VERSION,
        },
    )
    return card
