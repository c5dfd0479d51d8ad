"""Searches that a person keeps, and what their feeds answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import User
from accounts.viewers import KeyViewer
from catalog.models import SavedSearch
from catalog.services.errors import BadRequest, Forbidden, NotFound, SignInNeeded
from catalog.services.facets import Labels
from catalog.services.leaked_keys import check_text
from catalog.services.queries import (
    FACET_LABELS,
    address_of,
    query_from,
    query_string,
)
from catalog.services.search import search

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from catalog.services.queries import Query
    from catalog.services.search import Results
    from catalog.visibility import Viewer

MOST = 100
NAME_CHARACTERS = 80
QUERY_CHARACTERS = 2000
FEED_ROWS = 50
_signer = signing.Signer(salt="catalog.saved-search-feed")


@dataclass(frozen=True, slots=True)
class Feed:
    """A search's newest entries first, as its reader sees them now."""

    title: str
    query: Query
    results: Results


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved search as its owner reads it; whoever has `token` reads the feed."""

    row: SavedSearch
    text: str
    address: str
    token: str


def save_search(*, viewer: Viewer, name: str, query: Query) -> SavedSearch:
    """Keep a search under a name; one that is kept already gets the new name.

    Raises SignInNeeded; BadRequest for a name or search that is too long, one that
    cannot be answered, or one too many.
    """
    user = _person(viewer)
    wanted = query_string(replace(query, cursor=""))
    check_text(wanted, what="The search")
    if len(wanted) > QUERY_CHARACTERS:
        raise BadRequest("This search is too long to be kept. Choose fewer filters.")
    search(viewer=user, query=replace(query, cursor="", limit=1, facets=()))
    name = _named(name or query.text or "All algorithms")
    if user.saved_searches.exclude(query=wanted).count() >= MOST:
        raise BadRequest(f"You keep {MOST} searches already. Delete one first.")
    try:
        with transaction.atomic():
            return SavedSearch.objects.create(user=user, name=name, query=wanted)
    except IntegrityError:
        kept: SavedSearch = user.saved_searches.get(query=wanted)
        return rename_search(viewer=user, pk=kept.pk, name=name)


def searches_of(*, viewer: Viewer) -> list[Kept]:
    """Return the viewer's saved searches by name; raises SignInNeeded."""
    labels = Labels(viewer)
    return [_kept(row, labels) for row in _person(viewer).saved_searches.all()]


def _kept(row: SavedSearch, labels: Labels) -> Kept:
    query = query_from(row.query)
    chosen = [
        f"{FACET_LABELS[name]}: {', '.join(labels.of(name, v) for v in values)}"
        for name, values in query.chosen.items()
    ]
    words = f"“{query.text}”" if query.text else ""
    parts = [part for part in (words, *chosen, query.filter) if part]
    text = " · ".join(parts) or "everything"
    return Kept(row, text, address_of(query), feed_token(row))


def rename_search(*, viewer: Viewer, pk: UUID, name: str) -> SavedSearch:
    """Give a saved search another name; raises NotFound, BadRequest, SignInNeeded."""
    kept = _own(viewer, pk).get()
    kept.name = _named(name)
    kept.save(update_fields=["name"])
    return kept


def delete_search(*, viewer: Viewer, pk: UUID) -> None:
    """Forget a saved search, its feed with it; raises NotFound, SignInNeeded."""
    _own(viewer, pk).delete()


def renew_feed(*, viewer: Viewer, pk: UUID) -> None:
    """Give the feed a new address; the old one is no more. Raises as delete_search."""
    _own(viewer, pk).update(feed_number=F("feed_number") + 1)


def feed_token(kept: SavedSearch) -> str:
    """Return what names a saved search's feed: whoever has it reads the feed."""
    return _signer.sign_object([kept.pk.hex, kept.feed_number])


def saved_feed(*, token: str) -> Feed:
    """Return the feed of a saved search, as its owner sees it.

    Raises NotFound for a token that is none, is no more, or whose owner left.
    """
    try:
        pk, number = _signer.unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        raise NotFound("no such feed") from None
    kept = (
        SavedSearch.objects.select_related("user")
        .filter(pk=pk, feed_number=number, user__is_active=True)
        .first()
    )
    if kept is None:
        raise NotFound("no such feed")
    return _feed(kept.user, kept.name, query_from(kept.query))


def public_feed(*, query: Query) -> Feed:
    """Return the feed of any search, as everybody sees it; raises as search() does."""
    return _feed(AnonymousUser(), query.text or "All algorithms", query)


def _feed(viewer: Viewer, title: str, query: Query) -> Feed:
    newest = replace(query, sort="created", cursor="", limit=FEED_ROWS, facets=())
    return Feed(title, query, search(viewer=viewer, query=newest))


def _person(viewer: Viewer) -> User:
    if isinstance(viewer, KeyViewer):
        raise Forbidden("Saved searches are a person's, who keeps them on the page.")
    if not isinstance(viewer, User):
        raise SignInNeeded("Sign in to keep searches.")
    return viewer


def _own(viewer: Viewer, pk: UUID) -> QuerySet[SavedSearch]:
    rows: QuerySet[SavedSearch] = _person(viewer).saved_searches.filter(pk=pk)
    if not rows.exists():
        raise NotFound("no such saved search")
    return rows


def _named(name: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    check_text(name, what="The name")
    if not name:
        raise BadRequest("Give the search a name.")
    if len(name) > NAME_CHARACTERS:
        raise BadRequest(
            f"The name has {len(name)} characters; the limit is {NAME_CHARACTERS}."
        )
    return name
