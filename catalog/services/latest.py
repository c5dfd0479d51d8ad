"""Which version stands for an algorithm: its newest one that its readers see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models.signals import post_delete, post_save

from catalog.content.type_words import input_words, joined_words, output_words
from catalog.models import Algorithm, Version, Visibility
from catalog.services import describing
from catalog.services.indexing import note_change

if TYPE_CHECKING:
    from uuid import UUID


def connect() -> None:
    """Keep `latest` right whoever changes a version's or an algorithm's visibility."""
    post_save.connect(_on_version, sender=Version, dispatch_uid="latest:version")
    post_delete.connect(_on_version, sender=Version, dispatch_uid="latest:deleted")
    post_save.connect(_on_algorithm, sender=Algorithm, dispatch_uid="latest:algorithm")


def settle_latest(*, algorithm_id: UUID) -> None:
    """Let `latest` be the newest version; of a public algorithm, the newest public one.

    Rows, feeds and index documents of a public algorithm are made from `latest`, so
    a private version must never be it; what the listing says of itself follows. Where
    an older version takes over, the index has words of a newer one that some may not
    read any more.
    """
    found = Algorithm.objects.select_related("latest__card").filter(pk=algorithm_id)
    for algorithm in found:
        before = algorithm.latest
        versions = Version.objects.filter(algorithm_id=algorithm_id)
        if algorithm.visibility == Visibility.PUBLIC:
            versions = versions.filter(visibility=Visibility.PUBLIC)
        newest = versions.select_related("card").newest_first().first()
        if (newest.pk if newest else None) == algorithm.latest_id:
            continue
        Algorithm.objects.filter(pk=algorithm_id).update(
            latest=newest,
            **_words_of(newest),
            **describing.followed(algorithm, before, newest),
        )
        describing.follow_tags(algorithm, before, newest)
        is_older = before is not None and (newest is None or newest.key < before.key)
        note_change(algorithm_id, withdraws=is_older)


def _words_of(version: Version | None) -> dict[str, str]:
    if version is None:
        return {"takes": "", "gives": ""}
    return {
        "takes": joined_words(input_words(version.input_schema)),
        "gives": joined_words(output_words(version.output_schema)),
    }


def _on_version(*, instance: Version, **_kwargs: Any) -> None:
    settle_latest(algorithm_id=instance.algorithm_id)


def _on_algorithm(*, instance: Algorithm, **_kwargs: Any) -> None:
    settle_latest(algorithm_id=instance.pk)
