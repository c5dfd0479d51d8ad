"""What a listing says of itself follows the version that stands for it.

A folder brings title, summary, card and facts to the listing. When another version
comes to stand for it, what was taken from the one before must not stay: it may be
private now. What an editor wrote by hand does stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catalog.content.card_fields import read_fields, tag_words
from catalog.content.manifests import ManifestInvalid, parse_manifest
from catalog.models import Tag

if TYPE_CHECKING:
    from catalog.models import Algorithm, Version


def followed(
    algorithm: Algorithm, before: Version | None, after: Version | None
) -> dict[str, Any]:
    """Return the columns that `before` gave to the listing, as `after` gives them."""
    if after is None:
        return {}
    given = _said_by(before) if before else {}
    return {
        name: value
        for name, value in _said_by(after).items()
        if name in given
        and getattr(algorithm, name) == given[name]
        and value != given[name]
    }


def follow_tags(
    algorithm: Algorithm, before: Version | None, after: Version | None
) -> None:
    """Give the listing the tags of `after` in the place of those of `before`."""
    if before is None or after is None:
        return
    old, new = _tags_of(before), _tags_of(after)
    if old == new or {tag.name for tag in algorithm.tags.all()} != old:
        return
    Tag.objects.bulk_create([Tag(name=name) for name in new], ignore_conflicts=True)
    algorithm.tags.set(Tag.objects.filter(name__in=new))


def _said_by(version: Version) -> dict[str, Any]:
    fields = read_fields(version.card.meta)
    said = {
        "card_id": version.card_id,
        "task": fields.task,
        "framework": fields.framework,
        "license": fields.license.id[:60] if fields.license else "",
        "language": fields.languages,
    }
    return {**said, **_named_by(version)}


def _tags_of(version: Version) -> set[str]:
    return set(tag_words(version.card.meta.get("tags")))


def _named_by(version: Version) -> dict[str, str]:
    """Return title and summary of the version's folder; none where it had no such."""
    try:
        table = parse_manifest(version.manifest).algorithm
    except ManifestInvalid:
        return {}
    return {"title": table.title, "summary": table.summary}
