"""Which version stands for an algorithm: its newest one that its readers see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models.signals import post_delete, post_save

from catalog.content.type_words import input_words, joined_words, output_words
from catalog.models import Algorithm, Version, Visibility
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
    a private version must never be it.
    """
    found = Algorithm.objects.filter(pk=algorithm_id).values_list(
        "visibility", "latest_id"
    )
    for visibility, latest_id in found:
        versions = Version.objects.filter(algorithm_id=algorithm_id)
        if visibility == Visibility.PUBLIC:
            versions = versions.filter(visibility=Visibility.PUBLIC)
        newest = versions.newest_first().first()
        if (newest.pk if newest else None) != latest_id:
            Algorithm.objects.filter(pk=algorithm_id).update(
                latest=newest, **_words_of(newest)
            )
            note_change(algorithm_id)


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
