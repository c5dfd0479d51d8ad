"""Keeps the search index current: outbox rows in, batches out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Q
from django.db.models.signals import m2m_changed, post_delete, post_save

from accounts import epoch
from accounts.models import Owner
from catalog.content.type_words import split_words
from catalog.models import (
    Algorithm,
    AlgorithmAlias,
    Build,
    Grant,
    IndexOutbox,
    Version,
)
from catalog.search import SearchDocument, SearchUnavailable, search_backends
from catalog.search.base import PUBLIC
from catalog.visibility import audiences_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from catalog.models.algorithm import AlgorithmQuerySet
    from catalog.search import SearchBackend
    from catalog.visibility import Viewer

BATCH = 200
#: ids that a search leaves out, at most: beyond, the database answers
MOST_BEHIND = 5_000
#: of cards and versions, long and not indexed
UNREAD = (
    "card__source",
    "card__html",
    "card__toc",
    "card__meta",
    "latest__input_schema",
    "latest__output_schema",
    "latest__manifest",
)
#: beyond it Whoosh passes 60 ms at the 95th percentile (docs/dev/performance.md)
MOST_IN_WHOOSH = 4_000


def backend() -> SearchBackend:
    return search_backends[settings.VITRINE_SEARCH]


def advice() -> str:
    """Return what the operator should change about the engine, "" if nothing."""
    if settings.VITRINE_SEARCH != "whoosh":
        return ""
    count = backend().health().documents
    if count <= MOST_IN_WHOOSH:
        return ""
    return (
        f"Whoosh serves {count:,} entries and is made for {MOST_IN_WHOOSH:,}: beyond, "
        "one search in twenty takes longer than 60 ms, where tantivy takes 10 ms at "
        "100,000. Install the package tantivy, leave VITRINE_SEARCH at auto and run "
        "manage.py rebuild_search_index."
    )


def connect() -> None:
    """Connect the named senders whose rows make up a document."""
    epoch.bump_on_writes(Algorithm, Version, Build, Grant, AlgorithmAlias)
    senders = ((Algorithm, _on_algorithm), (Owner, _on_owner), (Grant, _on_grant))
    for sender, receiver in senders:
        uid = f"outbox:{sender.__name__}"
        post_save.connect(receiver, sender=sender, dispatch_uid=uid)
    post_delete.connect(_on_algorithm, sender=Algorithm, dispatch_uid="outbox:deleted")
    post_delete.connect(_on_grant, sender=Grant, dispatch_uid="outbox:ungranted")
    m2m_changed.connect(
        _on_tags, sender=Algorithm.tags.through, dispatch_uid="outbox:tags"
    )


def note_change(*algorithm_ids: UUID, withdraws: bool = False) -> None:
    """Tell the indexer of changes; call it in the write's own transaction.

    A change `withdraws` where what was found by until now is no longer for everybody
    who sees the algorithm: until the index knows, a search goes without it.
    """
    Algorithm.objects.filter(pk__in=algorithm_ids).update(revision=F("revision") + 1)
    IndexOutbox.objects.bulk_create(
        IndexOutbox(algorithm_id=pk, withdraws=withdraws) for pk in algorithm_ids
    )


def behind_for(viewer: Viewer) -> frozenset[str]:
    """Return the ids that the index may show to `viewer` though the rows do not.

    They are of changes that the index has yet to be told: of what the viewer does not
    see now, is deleted, or was withdrawn. Raises SearchUnavailable where there are so
    many that the index is of no use.
    """
    seen = Algorithm.objects.visible_to(viewer).order_by().values("pk")
    late = IndexOutbox.objects.filter(
        Q(withdraws=True) | ~Q(algorithm_id__in=seen)
    ).order_by()
    ids = list(
        late.values_list("algorithm_id", flat=True).distinct()[: MOST_BEHIND + 1]
    )
    if len(ids) > MOST_BEHIND:
        raise SearchUnavailable("the index has yet to be told of too many changes")
    return frozenset(map(str, ids))


def _on_algorithm(*, instance: Algorithm, **_kwargs: Any) -> None:
    note_change(instance.pk)


def _on_owner(*, instance: Owner, **_kwargs: Any) -> None:
    note_change(*instance.algorithms.values_list("pk", flat=True))


def _on_grant(*, instance: Grant, **_kwargs: Any) -> None:
    note_change(instance.algorithm_id)


def _on_tags(*, instance: Algorithm, action: str, **_kwargs: Any) -> None:
    if action.startswith("post_"):
        note_change(instance.pk)


def document_of(algorithm: Algorithm, *, with_docs: bool = True) -> SearchDocument:
    """Return what the index knows of `algorithm` (fetched with_parts and grants).

    Without docs its card is not read: facets and filters need none.
    """
    card = algorithm.card if with_docs else None
    latest = algorithm.latest
    owner = algorithm.owner.slug
    return SearchDocument(
        id=str(algorithm.pk),
        version=algorithm.revision,
        audiences=audiences_of(algorithm),
        owner=owner,
        name=algorithm.name,
        title=algorithm.title,
        summary=algorithm.summary,
        docs=card.plain if card else "",
        task=algorithm.task,
        tags=tuple(tag.name for tag in algorithm.tags.all()),
        framework=algorithm.framework,
        language=tuple(algorithm.language),
        license=algorithm.license,
        popularity=algorithm.call_count,
        updated_at=algorithm.updated_at.timestamp(),
        takes=split_words(algorithm.takes),
        gives=split_words(algorithm.gives),
        runtime=latest.runtime if latest else "",
        visibility=PUBLIC if algorithm.is_public else f"private:{owner}",
        median_ms=algorithm.median_ms,
        verified=algorithm.verified_at is not None,
        callable=latest is not None,
        deprecated=algorithm.deprecated_at is not None,
        featured=algorithm.featured_at is not None,
        stars=algorithm.star_count,
        created_at=algorithm.created_at.timestamp(),
    )


def drain_outbox() -> int:
    """Write what has changed into the index; return the number of algorithms.

    The rows are read outside any transaction, written in one index commit with the
    last outbox id, and only then deleted: a crash anywhere means a harmless repeat.
    """
    waiting = list(IndexOutbox.objects.order_by("pk")[:BATCH])
    if not waiting:
        return 0
    position = waiting[-1].pk
    wanted = {row.algorithm_id for row in waiting}
    # The indexer serves every audience, so it reads every row.
    rows = _whole().filter(pk__in=wanted)
    documents = [document_of(row) for row in rows]
    found = {document.id for document in documents}
    gone = [str(pk) for pk in wanted if str(pk) not in found]
    backend().update(documents, gone, position=position)
    IndexOutbox.objects.filter(pk__in=[row.pk for row in waiting]).delete()
    return len(wanted)


def rebuild_index() -> int:
    """Build a new generation of the index from the rows; return the count."""
    with transaction.atomic():
        position = IndexOutbox.objects.aggregate(top=Max("pk"))["top"] or 0
    count = backend().rebuild(_all_documents(), position=position)
    IndexOutbox.objects.filter(pk__lte=position).delete()
    return count


def _whole() -> AlgorithmQuerySet:
    rows = Algorithm.objects.with_parts().defer(*UNREAD)
    return rows.prefetch_related("grants")


def _all_documents() -> Iterator[SearchDocument]:
    for row in _whole().iterator(chunk_size=500):
        yield document_of(row)
