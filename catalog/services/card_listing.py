"""Many documentation-only entries at once: checked first, then written in batches."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone

from accounts import epoch
from accounts.models import Owner, OwnerAlias, Team
from accounts.names import RESERVED, validate_owner_name
from catalog.content.card_entries import OWNER_NAME, EntryProblem, read_entries
from catalog.models import Algorithm, Card, Tag, Visibility
from catalog.models.algorithm import validate_algorithm_name
from catalog.services import aliases
from catalog.services.cards import digest_of_card, new_card
from catalog.services.indexing import note_change
from catalog.services.secret_checks import secrets_in_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from catalog.content.card_entries import CardEntry

    Progress = Callable[[int, int], None]

#: rows of one transaction: a server that runs meanwhile waits for no longer one
BATCH = 250
NAME = 99


class ListingRefused(Exception):
    """The file has problems; nothing was listed."""

    def __init__(self, problems: Sequence[EntryProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)


@dataclass(slots=True)
class ListingSummary:
    """What a listing did, or would do: full names, and owners made for it."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: int = 0
    owners: list[str] = field(default_factory=list)
    warnings: list[EntryProblem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Planned:
    """An entry with the row it becomes, and the digest of its card."""

    entry: CardEntry
    algorithm: Algorithm
    digest: str
    is_new: bool


def list_cards(
    *,
    lines: Iterable[bytes],
    owner: str = "",
    visibility: str = Visibility.PUBLIC,
    dry_run: bool = False,
    progress: Progress = lambda _done, _all: None,
) -> ListingSummary:
    """List the entries of a JSON Lines file; raises ListingRefused with all problems.

    An entry is known by its owner and source id: with the same card it stays as it
    is, with another one its listing follows. `visibility` is that of new entries.
    Missing owners become teams without members. Each batch is one transaction; after
    a crash the same call goes on. Cards are rendered later, and the worker indexes.
    """
    entries, problems = read_entries(lines, owner=owner)
    entries = [entry for entry in entries if _may_be_listed(entry, problems)]
    problems += _renamed(entries)
    problems += secrets_in_entries(entries, ends=not dry_run)
    if problems:
        raise ListingRefused(sorted(problems, key=lambda problem: problem.line))
    summary = ListingSummary(warnings=_warnings(entries))
    owners = _owners(entries, summary, dry_run=dry_run)
    planned = _plan(entries, owners, visibility, summary)
    if not dry_run:
        for start in range(0, len(planned), BATCH):
            progress(start, len(planned))
            _write(planned[start : start + BATCH])
        if planned or summary.owners:
            epoch.bump()
        progress(len(planned), len(planned))
    return summary


def _owner_slug(entry: CardEntry) -> str:
    slug = entry.owner
    return f"{slug[: OWNER_NAME - 5]}-team" if slug.lower() in RESERVED else slug


def _may_be_listed(entry: CardEntry, problems: list[EntryProblem]) -> bool:
    try:
        validate_owner_name(_owner_slug(entry))
        validate_algorithm_name(entry.name)
    except ValidationError as error:
        problems.append(EntryProblem(entry.line, " ".join(error.messages)))
        return False
    return True


def _renamed(entries: Iterable[CardEntry]) -> list[EntryProblem]:
    """Return the entries whose owner has another name by now."""
    by_slug = {_owner_slug(entry).lower(): entry for entry in entries}
    rows = OwnerAlias.objects.alias(folded=Lower("slug")).filter(folded__in=by_slug)
    return [
        EntryProblem(
            by_slug[alias.slug.lower()].line,
            f"{alias.slug!r} is a former name: its owner is called "
            f"{alias.owner.slug} now.",
        )
        for alias in rows.select_related("owner")
    ]


def _warnings(entries: Iterable[CardEntry]) -> list[EntryProblem]:
    return [
        EntryProblem(entry.line, f"{problem.key} {problem.message}.")
        for entry in entries
        for problem in entry.fields.problems
    ]


def _owners(
    entries: Iterable[CardEntry], summary: ListingSummary, *, dry_run: bool
) -> dict[str, Owner]:
    """Return the owners by slug in lower case, after making those that are missing."""
    wanted = {slug.lower(): slug for slug in map(_owner_slug, entries)}
    known = Owner.objects.alias(folded=Lower("slug")).filter(folded__in=wanted)
    found = {owner.slug.lower(): owner for owner in known}
    missing = [slug for folded, slug in wanted.items() if folded not in found]
    summary.owners += missing
    made = [Owner(slug=slug) for slug in missing] if dry_run else _made(missing)
    return found | {owner.slug.lower(): owner for owner in made}


@transaction.atomic
def _made(slugs: Sequence[str]) -> list[Owner]:
    teams = Team.objects.bulk_create(Team(name=slug) for slug in slugs)
    pairs = zip(slugs, teams, strict=True)
    return Owner.objects.bulk_create(
        Owner(slug=slug, team=team) for slug, team in pairs
    )


def _plan(
    entries: Sequence[CardEntry],
    owners: dict[str, Owner],
    visibility: str,
    summary: ListingSummary,
) -> list[_Planned]:
    """Pair the entries that are new or changed with their rows."""
    listed, names = _listed(owners.values())
    planned = []
    for entry in entries:
        owner = owners[_owner_slug(entry).lower()]
        digest = digest_of_card(entry.source)
        known = listed.get((owner.pk, entry.source_id))
        if known is None:
            # An owner that a dry run did not make has no key; its slug tells it apart.
            name = _free_name(owner.pk or owner.slug, entry.name, names)
            row = Algorithm(
                owner=owner, name=name, source_id=entry.source_id, visibility=visibility
            )
            summary.created.append(row.full_name)
            planned.append(_Planned(entry, row, digest, is_new=True))
        elif known.latest_id is not None or _is_same(known, entry, digest):
            summary.unchanged += 1
        else:
            summary.updated.append(known.full_name)
            planned.append(_Planned(entry, known, digest, is_new=False))
    return planned


def _listed(
    owners: Iterable[Owner],
) -> tuple[dict[tuple[int, str], Algorithm], set[tuple[object, str]]]:
    """Return what the owners have: by source id, and all names in lower case."""
    kept = [owner for owner in owners if owner.pk]
    listed: dict[tuple[int, str], Algorithm] = {}
    names: set[tuple[object, str]] = set()
    for row in Algorithm.objects.filter(owner__in=kept).select_related("owner"):
        names.add((row.owner_id, row.name.lower()))
        if row.source_id:
            listed[row.owner_id, row.source_id] = row
    return listed, names


def _is_same(row: Algorithm, entry: CardEntry, digest: str) -> bool:
    said = row.card_id, row.title, row.summary
    return said == (digest, entry.title, entry.summary)


def _free_name(key: object, name: str, taken: set[tuple[object, str]]) -> str:
    """Take a name, with -2, -3 and so on behind it where others have it."""
    free, count = name, 1
    while (key, free.lower()) in taken:
        count += 1
        ending = f"-{count}"
        free = name[: NAME - len(ending)] + ending
    taken.add((key, free.lower()))
    return free


@transaction.atomic
def _write(batch: Sequence[_Planned]) -> None:
    cards = [new_card(source=p.entry.source, parsed=p.entry.card) for p in batch]
    Card.objects.bulk_create(cards, ignore_conflicts=True)
    for planned in batch:
        _describe(planned)
    changed = [planned.algorithm for planned in batch if not planned.is_new]
    made = [planned.algorithm for planned in batch if planned.is_new]
    Algorithm.objects.bulk_create(made)
    aliases.take_over(*made)
    if changed:
        fields = ("title", "summary", "task", "framework", "license", "language")
        Algorithm.objects.bulk_update(changed, [*fields, "card", "updated_at"])
    _tag(batch)
    note_change(*(planned.algorithm.pk for planned in batch))


def _describe(planned: _Planned) -> None:
    row, entry, fields = planned.algorithm, planned.entry, planned.entry.fields
    row.title, row.summary = entry.title, entry.summary
    row.task, row.framework = fields.task, fields.framework
    row.license = fields.license.id[:60] if fields.license else ""
    row.language = fields.languages
    row.card_id = planned.digest
    row.updated_at = timezone.now()


def _tag(batch: Sequence[_Planned]) -> None:
    wanted = {name for planned in batch for name in planned.entry.fields.tags}
    Tag.objects.bulk_create(
        [Tag(name=n) for n in sorted(wanted)], ignore_conflicts=True
    )
    keys = dict(Tag.objects.filter(name__in=wanted).values_list("name", "pk"))
    through = Algorithm.tags.through
    known = [planned.algorithm.pk for planned in batch if not planned.is_new]
    through.objects.filter(algorithm_id__in=known).delete()
    through.objects.bulk_create(
        through(algorithm_id=planned.algorithm.pk, tag_id=keys[name])
        for planned in batch
        for name in planned.entry.fields.tags
    )
