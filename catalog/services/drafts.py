"""Drafts: algorithms made over HTTP, their details and their source."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import roles
from accounts.models import Owner, User
from catalog.content.archives import ArchiveProblem, check_names, is_archive, unpack
from catalog.content.layouts import TEMPLATE, Layout, LayoutProblem, read_layout
from catalog.models import Algorithm, AuditEntry, Draft
from catalog.models.algorithm import validate_algorithm_name
from catalog.services import aliases, audit, telling
from catalog.services.cards import card_for
from catalog.services.draft_settings import DEFAULTS
from catalog.services.drafted_folders import Drafted, card_for_draft
from catalog.services.errors import (
    BadRequest,
    Forbidden,
    NameTaken,
    OwnerUnknown,
    StillPublic,
)
from catalog.services.leaked_keys import SecretFound, check_text, leaks_in
from catalog.services.publishing import MANIFEST
from catalog.services.resolving import bundle_store
from catalog.visibility import may_publish, owners_known_to, role_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catalog.services.draft_settings import Said
    from catalog.visibility import Viewer

VISIBILITY = AuditEntry.Category.VISIBILITY
LISTED = 5


@dataclass(frozen=True, slots=True)
class Source:
    """Files of a source in one of the known layouts, free of secrets."""

    layout: Layout
    bundle: str


def read_source(data: bytes, *, name: str, file: str = "algorithm.py") -> Source:
    """Read an upload: an archive, or the text of one file. Raises BadRequest.

    Look before any transaction: a live key of ours in it is revoked, and stays so.
    """
    try:
        files = unpack(data) if is_archive(data) else {file: data}
        return source_of(files, name=name)
    except ArchiveProblem as problem:
        raise BadRequest(f"source: {problem}") from None


def source_of(files: Mapping[str, bytes], *, name: str) -> Source:
    """Return named files as a source that is kept; raises BadRequest."""
    try:
        check_names(dict(files))
        layout = read_layout(files, name)
    except (ArchiveProblem, LayoutProblem) as problem:
        raise BadRequest(f"source: {problem}") from None
    found = [
        f"{file}:{leak.line}: {leak.message}"
        for file, data in layout.files.items()
        for leak in leaks_in(data)
    ]
    names = "\n".join(layout.files).encode("utf-8", "replace")
    found += [f"In a name: {leak.message}" for leak in leaks_in(names)]
    if found:
        raise SecretFound("source: " + " ".join(found[:LISTED]))
    return Source(layout, bundle_store().put(layout.files))


def template_source(name: str) -> Source:
    """Return the source that a new algorithm starts from."""
    return source_of(TEMPLATE, name=name)


def create(
    *, viewer: Viewer, owner: str, name: str, said: Said, source: Source | None = None
) -> Draft:
    """Make a private algorithm with a draft; from the template where no source comes.

    Raises OwnerUnknown, Forbidden, BadRequest for the name and NameTaken.
    """
    home = _home(viewer, owner)
    try:
        validate_algorithm_name(name)
    except ValidationError as refused:
        raise BadRequest(f"name: {' '.join(refused.messages)}") from None
    _check_details(said)
    kept = source or template_source(name)
    try:
        with transaction.atomic():
            return _create(viewer, home, name, said, kept)
    except IntegrityError:
        seen = Algorithm.objects.visible_to(viewer).named(owner, name)
        if not seen.exists():
            raise _outside() from None
        raise NameTaken(f"There is an algorithm {owner}/{name} already.") from None


def _create(
    viewer: Viewer, home: Owner, name: str, said: Said, source: Source
) -> Draft:
    algorithm = Algorithm.objects.create(owner=home, name=name, title=name)
    if not Algorithm.objects.visible_to(viewer).filter(pk=algorithm.pk).exists():
        raise _outside()
    draft = Draft(algorithm=algorithm, label=name, settings=dict(DEFAULTS))
    put_source(draft, source, viewer)
    tell(draft, said)
    draft.save(force_insert=True)
    show_draft(draft)
    aliases.take_over(algorithm)
    audit.note(
        actor=telling.person_of(viewer),
        action="create algorithm",
        target=algorithm,
        category=VISIBILITY,
    )
    return draft


def _outside() -> Forbidden:
    return Forbidden("The rules of this key leave this name out.")


def check_publisher(viewer: Viewer, algorithm: Algorithm) -> None:
    """Raise Forbidden for who sees an algorithm and does not publish it."""
    if not may_publish(viewer, algorithm):
        raise Forbidden(
            "Only its owner may do this: the person, or the team's maintainers and "
            "owners."
        )


def _home(viewer: Viewer, slug: str) -> Owner:
    """Return the namespace that `viewer` publishes in; raises as create does."""
    owner = Owner.objects.filter(slug__iexact=slug).select_related("team").first()
    role = role_in(viewer, owner) if owner else ""
    if owner is None or not (
        role or Owner.objects.filter(owners_known_to(viewer), pk=owner.pk).exists()
    ):
        raise OwnerUnknown(f"No owner {slug[:39]!r} is known.")
    if not roles.may(role, roles.Action.PUBLISH):
        raise Forbidden(
            "Only the person, or the team's maintainers and owners, may do this."
        )
    return owner


def update(
    *, viewer: Viewer, algorithm: Algorithm, said: Said, source: Source | None = None
) -> Draft:
    """Change what a draft says and holds; what is left out stays as it is.

    Raises Forbidden.
    """
    check_publisher(viewer, algorithm)
    _check_details(said)
    with transaction.atomic():
        held = Algorithm.objects.select_for_update(of=("self",)).select_related("owner")
        algorithm = held.get(pk=algorithm.pk)
        draft = draft_of(algorithm)
        if source is not None:
            put_source(draft, source, viewer)
        tell(draft, said)
        draft.save()
        show_draft(draft)
    return draft


def draft_of(algorithm: Algorithm) -> Draft:
    """Return the draft, or one that begins as the newest version: not yet saved."""
    found = Draft.objects.filter(algorithm=algorithm).select_related("source_by")
    draft = found.first()
    if draft is not None:
        draft.algorithm = algorithm
        return draft
    version = algorithm.versions.newest_first().exclude(bundle="").first()
    settings = {
        **DEFAULTS,
        "source_visibility": "open",
        "network_access": "full",
        "pipeline_enabled": True,
        "algorithm_callability": version.visibility if version else "private",
    }
    return Draft(
        algorithm=algorithm,
        label=algorithm.title,
        tagline=algorithm.summary,
        settings=settings,
        bundle=version.bundle if version else "",
        entry=version.entry if version else "",
    )


def put_source(draft: Draft, source: Source, viewer: Viewer) -> None:
    """Let a draft hold another source; what its algorithm.toml says is taken over."""
    draft.bundle, draft.entry = source.bundle, source.layout.entry
    # A key with rules is no whole person: what it sends is not staff's own.
    draft.source_by = viewer if isinstance(viewer, User) else None
    about = _about(source.layout.files)
    for column, value in (("label", "title"), ("tagline", "summary")):
        text = about.get(value)
        if isinstance(text, str) and text and "\0" not in text:
            setattr(draft, column, text[: 120 if column == "label" else 300])


def _about(files: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        tables = tomllib.loads(files.get(MANIFEST, b"").decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        return {}
    about = tables.get("algorithm")
    return about if isinstance(about, dict) else {}


def tell(draft: Draft, said: Said) -> None:
    """Let a draft say what a request says."""
    for name, text in said.details.items():
        if name != "label" or text:
            setattr(draft, name, text)
    draft.settings = {**draft.settings, **said.settings}
    for name, text in said.samples.items():
        setattr(draft, name, text)
    if "sample_input" in said.samples and "sample_output" not in said.samples:
        draft.sample_output = ""


def show_draft(draft: Draft) -> None:
    """Let a listing without a version show its draft's words to those who see it."""
    algorithm = draft.algorithm
    if algorithm.versions.exists():
        return
    files = files_of(draft)
    card = files.get("README.md", b"").decode("utf-8", "replace").replace("\0", "")
    drafted = drafted_of(draft, files={})
    algorithm.title, algorithm.summary = draft.label, draft.tagline
    algorithm.card = _card(card or card_for_draft(drafted), drafted)
    algorithm.save(update_fields=["title", "summary", "card", "updated_at"])


def _card(source: str, drafted: Drafted) -> Any:
    try:
        return card_for(source=source)
    except ValueError:  # no readable front matter: a build says where
        return card_for(source=card_for_draft(drafted))


def files_of(draft: Draft) -> dict[str, bytes]:
    """Return the files of a draft's source; none where no source came."""
    if not draft.bundle:
        return {}
    store = bundle_store()
    return {name: store.read(draft.bundle, name) for name in store.names(draft.bundle)}


def drafted_of(draft: Draft, *, files: dict[str, bytes] | None = None) -> Drafted:
    """Return a draft as data, with the files of its source."""
    algorithm = draft.algorithm
    return Drafted(
        owner=algorithm.owner.slug,
        name=algorithm.name,
        files=files_of(draft) if files is None else files,
        entry=draft.entry or "algorithm.py",
        label=draft.label,
        tagline=draft.tagline,
        summary=draft.summary,
        visibility=algorithm.visibility,
        settings=draft.settings,
        sample_input=draft.sample_input,
        sample_output=draft.sample_output,
    )


@transaction.atomic
def delete(*, viewer: Viewer, algorithm: Algorithm) -> None:
    """Delete an algorithm with its versions, builds and runs.

    Raises Forbidden, and StillPublic while everybody may see it.
    """
    check_publisher(viewer, algorithm)
    held = Algorithm.objects.select_for_update(of=("self",)).select_related("owner")
    found = held.filter(pk=algorithm.pk).first()
    if found is None:
        return
    if found.visibility == "public":
        raise StillPublic(
            f"{found} is public, and others may build on it. Make it private first, "
            "on its page or by PATCH of its address under /api/v1/algorithms, then "
            "delete it."
        )
    audit.note(
        actor=telling.person_of(viewer),
        action="delete algorithm",
        target=found,
        category=VISIBILITY,
    )
    found.delete()


def _check_details(said: Said) -> None:
    for name, text in said.details.items():
        check_text(text, what=name)
    for name, text in said.samples.items():
        check_text(text, what=name)
