"""Private listings on request: their name, summary and owner, and nothing else.

They are never in the index, in counts, in facets or in suggestions. They are asked for
here alone, and only what may be shown is read from the database: no other word of a
listing can be found, or guessed by what is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse

from accounts.names import OWNER_NAME
from catalog.models import Algorithm
from catalog.models.algorithm import ALGORITHM_NAME
from catalog.services.errors import NotFound
from catalog.services.search import check_text
from catalog.visibility import discoverable_to

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import Owner
    from catalog.models.algorithm import AlgorithmQuerySet
    from catalog.visibility import Viewer

#: below the results of a search
SHOWN = 5
#: on an owner's page, and in one answer of the API
MOST = 100
MOST_WORDS = 20


@dataclass(frozen=True, slots=True)
class Stub:
    """All that is shown of a listing on request; `pk` is for us, never shown."""

    pk: UUID
    owner: str
    name: str
    summary: str

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    def get_absolute_url(self) -> str:
        return reverse("catalog:algorithm", args=[self.owner, self.name])


def stub(*, viewer: Viewer, owner: str, name: str) -> Stub:
    """Return one listing that `viewer` may ask to see; raises NotFound."""
    found: list[Stub] = []
    if OWNER_NAME.fullmatch(owner) and ALGORITHM_NAME.fullmatch(name):
        found = _stubs(_offered(viewer).named(owner, name)[:1])
    if not found:
        raise NotFound(f"algorithm algo://{owner}/{name} not found")
    return found[0]


def stubs_of(*, viewer: Viewer, owner: Owner) -> list[Stub]:
    """Return what of an owner `viewer` may ask to see, by name."""
    return _stubs(_offered(viewer).filter(owner=owner).order_by("name")[:MOST])


def on_request(*, viewer: Viewer, text: str) -> list[Stub]:
    """Return the few that stand below the results of a search; none for no words."""
    return matching(viewer=viewer, text=text, limit=SHOWN) if text.strip() else []


def matching(*, viewer: Viewer, text: str, limit: int = MOST) -> list[Stub]:
    """Return listings on request with each word of `text` in name, summary or owner.

    Words of titles and cards are not looked for: they are not shown either. Raises
    BadRequest for a text over the limit of a query.
    """
    check_text(text)
    rows = _offered(viewer)
    for word in text.replace("\0", " ").split()[:MOST_WORDS]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(summary__icontains=word)
            | Q(owner__slug__icontains=word)
        )
    return _stubs(rows.order_by("owner__slug", "name")[:limit])


def _offered(viewer: Viewer) -> AlgorithmQuerySet:
    return Algorithm.objects.filter(discoverable_to(viewer))


def _stubs(rows: AlgorithmQuerySet) -> list[Stub]:
    shown = rows.values_list("pk", "owner__slug", "name", "summary")
    return [Stub(*values) for values in shown]
