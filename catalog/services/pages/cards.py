"""The card on an algorithm's page: its HTML or text, and what its fields say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from catalog.content.card_fields import CardFields, read_fields
from catalog.content.card_languages import language_name
from catalog.content.card_values import link_of
from catalog.content.cards import body_of
from catalog.models import Algorithm
from catalog.models.algorithm import ALGORITHM_NAME
from catalog.services.cards import is_current

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog.models import Card
    from catalog.visibility import Viewer

#: of a card that is shown as text (characters)
TEXT_CHARACTERS = 40_000
#: headings that earn a list of them
MIN_TOC = 3


@dataclass(frozen=True, slots=True)
class Reference:
    """A model that the card names; `address` is empty where nothing can be opened."""

    name: str
    address: str = ""
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the card; `depth` counts from the highest level it uses."""

    depth: int
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class CardPage:
    """A card for its page.

    `text` is there instead of the HTML while the card waits to be rendered, or where
    it could not be; `is_cut` says that only its start is here.
    """

    card: Card
    fields: CardFields
    is_waiting: bool
    text: str
    is_cut: bool
    languages: list[tuple[str, str]]
    base_models: list[Reference]
    new_version: Reference | None

    @property
    def toc(self) -> list[Heading]:
        """The headings, where there are enough to get lost in."""
        entries = [] if self.text else self.card.toc
        if len(entries) < MIN_TOC:
            return []
        top = min(entry["level"] for entry in entries)
        return [
            Heading(entry["level"] - top, entry["id"], entry["title"])
            for entry in entries
        ]


def card_page(*, viewer: Viewer, card: Card | None) -> CardPage | None:
    """Return what the page shows of a card; references lead to what `viewer` sees."""
    if card is None:
        return None
    fields = read_fields(card.meta)
    is_waiting = not is_current(card)
    text = body_of(card.source) if is_waiting or card.is_fallback else ""
    newest = [fields.new_version] if fields.new_version else []
    known = _in_the_catalog(viewer, [*fields.base_models, *newest])
    return CardPage(
        card=card,
        fields=fields,
        is_waiting=is_waiting,
        text=text[:TEXT_CHARACTERS],
        is_cut=len(text) > TEXT_CHARACTERS,
        languages=[(tag, language_name(tag)) for tag in fields.languages],
        base_models=[_reference(name, known) for name in fields.base_models],
        new_version=_reference(newest[0], known) if newest else None,
    )


def _in_the_catalog(viewer: Viewer, names: Iterable[str]) -> dict[str, Algorithm]:
    """Find models by `owner/Name`, or by the id they had where they came from."""
    wanted = {name.lower() for name in names}
    if not wanted:
        return {}
    condition = Q(source_id__in=names)
    for name in wanted:
        owner, _slash, rest = name.partition("/")
        if ALGORITHM_NAME.fullmatch(rest):
            condition |= Q(owner__slug__iexact=owner, name__iexact=rest)
    rows = Algorithm.objects.visible_to(viewer).filter(condition)
    found: dict[str, Algorithm] = {}
    for row in rows.select_related("owner").order_by("pk")[: 2 * len(wanted)]:
        found.setdefault(row.full_name.lower(), row)
        found.setdefault(row.source_id.lower(), row)
    return found


def _reference(name: str, known: dict[str, Algorithm]) -> Reference:
    row = known.get(name.lower())
    if row is not None:
        return Reference(row.full_name, row.get_absolute_url())
    outside = link_of(name)
    return Reference(name, outside, is_outside=bool(outside))
