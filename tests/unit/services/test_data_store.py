"""The data store's verbs: who may what, what is stored, and what crashes leave."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from accounts.keys import create_key
from accounts.models import OwnerAlias
from catalog.content import blobs
from catalog.models import Blob, DataDirectory, DataFile, DataUsage
from catalog.services import (
    data_blobs,
    data_directories,
    data_store,
    data_upkeep,
    data_usage,
)
from catalog.services.callers import caller_by_key, caller_on_page
from catalog.services.data_errors import QuotaFull, StoreUnavailable
from catalog.services.data_paths import Inside
from catalog.services.errors import BadRequest, Forbidden, NotFound

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db

READ = DataDirectory.Read


@pytest.fixture(autouse=True)
def own_store(settings, tmp_path):
    """Let bytes of this test lie alone."""
    storage = {**settings.STORAGES["data"]}
    storage["OPTIONS"] = {**storage["OPTIONS"], "location": tmp_path / "data"}
    settings.STORAGES = {**settings.STORAGES, "data": storage}
    settings.INCOMING_DIR = tmp_path / "data" / "incoming"
    return tmp_path / "data"


def as_(user):
    return caller_on_page(user, "")


def make(user, name="foo", read=READ.PRIVATE, parent=".my"):
    return data_directories.create_directory(
        caller=as_(user), parent=parent, name=name, read=read
    )


def put(user, path, *chunks, **more):
    return data_store.put_file(caller=as_(user), path=path, chunks=chunks, **more)


def content(user, path, **more) -> bytes:
    opened = data_store.open_file(caller=as_(user), path=path, **more)
    return b"".join(opened.parts)


def stored(place: Path) -> list[Path]:
    """Return the files that the storage holds, and those on their way."""
    return sorted(path for path in place.rglob("*") if path.is_file())


def used(user) -> int:
    return DataUsage.objects.get(owner=user.owner).used


def test_bytes_are_kept_once_under_their_digest(ada, charlie, own_store):
    make(ada)
    make(charlie)
    for user in (ada, charlie):
        put(user, ".my/foo/a", b"same ", b"bytes")
        put(user, ".my/foo/b", b"same bytes")
    blob = Blob.objects.get()
    assert stored(own_store) == [own_store / blob.key]
    assert (own_store / blob.key).read_bytes() == b"same bytes"
    assert blob.key.startswith(f"{blob.digest[:2]}/{blob.digest}.")
    assert used(ada) == used(charlie) == 2 * 10 + 3 * data_usage.OVERHEAD


def test_stored_bytes_are_readable_to_the_server_alone(ada, own_store):
    make(ada)
    put(ada, ".my/foo/a", b"x")
    (path,) = stored(own_store)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_team_s_data_is_read_by_members_and_changed_by_maintainers(
    grace, linus, charlie, vision_lab
):
    make(grace, parent="visionlab")
    put(grace, "visionlab/foo/a", b"x")
    assert content(linus, "visionlab/foo/a") == b"x"
    for change in (
        lambda who: put(who, "visionlab/foo/a", b"y"),
        lambda who: make(who, "bar", parent="visionlab"),
        lambda who: data_store.delete_file(caller=as_(who), path="visionlab/foo/a"),
        lambda who: data_directories.delete_directory(
            caller=as_(who), path="visionlab/foo", force=True
        ),
        lambda who: data_directories.change_access(
            caller=as_(who), path="visionlab/foo", read=READ.PUBLIC
        ),
    ):
        with pytest.raises(Forbidden):
            change(linus)
        with pytest.raises(NotFound):
            change(charlie)
    assert content(grace, "visionlab/foo/a") == b"x"


def test_who_leaves_a_team_reads_its_data_no_more(grace, linus, vision_lab):
    make(grace, parent="visionlab")
    put(grace, "visionlab/foo/a", b"x")
    assert content(linus, "visionlab/foo/a") == b"x"
    linus.memberships.all().delete()
    with pytest.raises(NotFound):
        content(linus, "visionlab/foo/a")


def test_public_data_is_read_by_everybody_and_changed_by_its_owner(ada, charlie, carol):
    make(ada, read=READ.PUBLIC)
    put(ada, ".my/foo/a", b"x")
    for who in (charlie, carol):
        assert content(who, "ADA/foo/a") == b"x"
        with pytest.raises(Forbidden):
            put(who, "ada/foo/a", b"y")
        with pytest.raises(Forbidden):
            make(who, "bar", parent="ada")


def test_a_curator_sees_nobody_s_private_data(ada, carol):
    make(ada)
    put(ada, ".my/foo/a", b"x")
    with pytest.raises(NotFound):
        content(carol, "ada/foo/a")


def test_data_is_found_under_a_name_that_its_owner_had(ada, charlie):
    make(ada, read=READ.PUBLIC)
    make(ada, "own")
    put(ada, ".my/foo/a", b"x")
    OwnerAlias.objects.create(slug="countess", owner=ada.owner)
    assert content(charlie, "countess/foo/a") == b"x"
    with pytest.raises(NotFound):
        data_directories.list_place(caller=as_(charlie), path="countess/own")


def test_rules_of_a_key_limit_what_it_sees(ada, grace, vision_lab):
    make(ada, "mine")
    make(grace, "open", READ.PUBLIC, parent="visionlab")
    make(grace, "closed", parent="visionlab")

    def seen(user, *rules):
        key = create_key(user=user, name="k", scopes=["data"], rules=rules).secret
        caller = caller_by_key(key)
        found = []
        for path in ("visionlab/open", "visionlab/closed", "ada/mine", ".my"):
            try:
                data_directories.check_there(caller=caller, path=path)
                found.append(path)
            except NotFound:
                pass
        return found

    assert seen(ada) == ["visionlab/open", "ada/mine", ".my"]
    assert seen(ada, "algo://ada/*") == ["ada/mine", ".my"]
    assert seen(ada, "algo://visionlab/*") == ["visionlab/open"]
    assert seen(ada, "algo://ada/mine") == []
    assert seen(grace, "algo://visionlab/*") == ["visionlab/open", "visionlab/closed"]
    assert seen(grace, "algo://VisionLab/*", "algo://grace/*") == [
        "visionlab/open",
        "visionlab/closed",
        ".my",
    ]
    key = create_key(user=ada, name="k", scopes=["data"], rules=["algo://x/*"]).secret
    with pytest.raises(NotFound):
        data_directories.create_directory(
            caller=caller_by_key(key), parent=".my", name="new"
        )


def test_an_algorithm_reads_what_its_owner_opened_to_it(ada, charlie):
    for name, read in (("closed", READ.PRIVATE), ("algos", READ.MY_ALGOS)):
        make(ada, name, read)
        put(ada, f".my/{name}/a", b"x")
    its = Inside(author_id=ada.owner.pk, owner="ada", name="Reader", session="r1")
    other = Inside(author_id=charlie.owner.pk, owner="charlie", name="Other")
    assert content(charlie, "ada/algos/a", inside=its) == b"x"
    with pytest.raises(NotFound):
        content(charlie, "ada/closed/a", inside=its)
    with pytest.raises(NotFound):
        content(charlie, "ada/algos/a", inside=other)
    with pytest.raises(NotFound):
        content(charlie, "ada/algos/a")
    with pytest.raises(Forbidden):
        put(charlie, "ada/algos/a", b"y", inside=its)
    # The owner's own algorithm, called by the owner, reads what is private.
    assert content(ada, ".my/closed/a", inside=other) == b"x"


def test_a_caller_s_own_data_needs_the_scope_inside_an_algorithm_too(ada, charlie):
    make(charlie, "mine")
    put(charlie, ".my/mine/a", b"x")
    make(ada, "algos", READ.MY_ALGOS)
    put(ada, ".my/algos/a", b"y")
    key = create_key(user=charlie, name="run", scopes=["run"]).secret
    caller = caller_by_key(key)
    its = Inside(author_id=ada.owner.pk, owner="ada", name="Reader")
    with pytest.raises(Forbidden):
        data_store.open_file(caller=caller, path=".my/mine/a", inside=its)
    with pytest.raises(Forbidden):
        data_store.put_file(caller=caller, path=".my/mine/a", chunks=[], inside=its)
    opened = data_store.open_file(caller=caller, path="ada/algos/a", inside=its)
    assert b"".join(opened.parts) == b"y"


def test_an_algorithm_keeps_things_for_its_caller(ada, charlie):
    its = Inside(author_id=ada.owner.pk, owner="ada", name="Keeper", session="run-1")
    put(charlie, ".algo/perm/a", b"kept", inside=its)
    put(charlie, ".algo/temp/a", b"passing", inside=its)
    put(charlie, ".session/a", b"session", inside=its)
    assert content(charlie, ".algo/perm/a", inside=its) == b"kept"
    assert content(charlie, ".algo/ADA/keeper/perm/a") == b"kept"
    assert content(charlie, ".session/a", inside=its) == b"session"
    listing = data_directories.list_place(caller=as_(charlie), path=".algo")
    assert [name for name, _read in listing.folders] == [
        "ada/keeper/perm",
        "ada/keeper/temp",
    ]
    own = data_directories.list_place(caller=as_(charlie), path=".my")
    assert own.folders == []
    # Whoever else: the author, another algorithm, the caller outside of it.
    with pytest.raises(NotFound):
        content(ada, ".algo/ada/keeper/perm/a")
    other = Inside(author_id=charlie.owner.pk, owner="charlie", name="Other")
    with pytest.raises(NotFound):
        content(charlie, ".algo/ada/keeper/perm/a", inside=other)
    with pytest.raises(Forbidden):
        put(charlie, ".algo/ada/keeper/perm/a", b"changed")
    with pytest.raises(NotFound):
        content(charlie, ".session/a")
    data_store.delete_file(caller=as_(charlie), path=".algo/ada/keeper/perm/a")
    with pytest.raises(NotFound):
        content(charlie, ".algo/perm/a", inside=its)


def test_what_is_kept_for_a_while_goes_after_a_day(ada, charlie):
    its = Inside(author_id=ada.owner.pk, owner="ada", name="Keeper", session="run-1")
    for path in (".algo/perm/a", ".algo/temp/a"):
        put(charlie, path, b"x" * 100, inside=its)
    assert data_upkeep.drop_passing(before=timezone.now() - timedelta(days=1)) == 0
    assert data_upkeep.drop_passing(before=timezone.now()) == 1
    assert content(charlie, ".algo/perm/a", inside=its) == b"x" * 100
    with pytest.raises(NotFound):
        content(charlie, ".algo/temp/a", inside=its)
    assert used(charlie) == 100 + 2 * data_usage.OVERHEAD


class Crash(BaseException):
    """What ends a process ends a request like this."""


@pytest.mark.parametrize("error", [Crash, OSError, BadRequest("broke off")])
def test_an_upload_that_breaks_off_leaves_nothing(ada, own_store, error):
    make(ada)
    put(ada, ".my/foo/a", b"whole")

    def breaks_off():
        yield b"x" * 100_000
        raise error

    with pytest.raises(error if isinstance(error, type) else type(error)):
        data_store.put_file(caller=as_(ada), path=".my/foo/a", chunks=breaks_off())
    assert content(ada, ".my/foo/a") == b"whole"
    assert len(stored(own_store)) == 1
    assert used(ada) == 5 + 2 * data_usage.OVERHEAD


@pytest.mark.parametrize("step", ["save", "record"])
def test_a_crash_between_bytes_and_row_leaves_nothing_visible(
    ada, own_store, monkeypatch, step
):
    make(ada)
    if step == "save":
        monkeypatch.setattr(storages["data"], "save", crash)
    else:
        monkeypatch.setattr(data_store, "charge", crash)
    with pytest.raises(Crash):
        put(ada, ".my/foo/a", b"new bytes")
    monkeypatch.undo()
    with pytest.raises(NotFound):
        content(ada, ".my/foo/a")
    assert data_blobs.sweep() == 0, "young bytes may be an upload's"
    Blob.objects.update(touched_at=timezone.now() - timedelta(hours=2))
    assert data_blobs.sweep() == 1
    assert stored(own_store) == []
    assert not Blob.objects.exists()


def crash(*_args, **_options):
    raise Crash


def test_bytes_that_a_crash_left_half_are_written_anew(ada, own_store):
    make(ada)
    put(ada, ".my/foo/a", b"the whole of it")
    (path,) = stored(own_store)
    path.write_bytes(b"the wh")
    put(ada, ".my/foo/b", b"the whole of it")
    assert content(ada, ".my/foo/a") == b"the whole of it"


def test_bytes_that_nobody_has_are_thrown_away_an_hour_later(ada, charlie, own_store):
    make(ada)
    make(charlie)
    put(ada, ".my/foo/a", b"shared")
    put(charlie, ".my/foo/a", b"shared")
    data_store.delete_file(caller=as_(ada), path=".my/foo/a")
    Blob.objects.update(touched_at=timezone.now() - timedelta(hours=2))
    assert data_blobs.sweep() == 0, "charlie has them"
    data_directories.delete_directory(caller=as_(charlie), path=".my/foo", force=True)
    assert data_blobs.sweep() == 1
    assert stored(own_store) == []


def test_bytes_that_come_while_others_are_thrown_away_are_kept(ada, own_store):
    """The key of doomed bytes is never used again."""
    make(ada)
    put(ada, ".my/foo/a", b"again")
    data_store.delete_file(caller=as_(ada), path=".my/foo/a")
    Blob.objects.update(doomed_at=timezone.now())
    put(ada, ".my/foo/b", b"again")
    assert len(stored(own_store)) == 2
    assert data_blobs.sweep() == 1
    assert content(ada, ".my/foo/b") == b"again"


def test_an_upload_whose_bytes_were_doomed_meanwhile_is_refused(ada, monkeypatch):
    make(ada)
    keep = data_blobs.keep

    def doomed(arrived):
        blob = keep(arrived)
        # An upload that takes longer than bytes are left in peace.
        blob.touched_at -= timedelta(hours=2)
        Blob.objects.update(doomed_at=timezone.now())
        return blob

    monkeypatch.setattr(data_blobs, "keep", doomed)
    with pytest.raises(StoreUnavailable):
        put(ada, ".my/foo/a", b"x")
    assert not DataFile.objects.exists()


def test_leftovers_of_uploads_go_after_a_day(own_store):
    incoming = own_store / "incoming"
    incoming.mkdir(parents=True)
    for name, hours in (("old", 25), ("young", 1)):
        (incoming / name).write_bytes(b"x")
        at = time.time() - hours * 3600
        os.utime(incoming / name, (at, at))
    data_blobs.sweep()
    assert [path.name for path in stored(own_store)] == ["young"]


def test_a_file_deleted_while_it_is_read_is_read_to_its_end(ada, own_store):
    make(ada)
    put(ada, ".my/foo/a", *[b"x" * blobs.CHUNK] * 3)
    opened = data_store.open_file(caller=as_(ada), path=".my/foo/a")
    first = next(iter(opened.parts))
    data_directories.delete_directory(caller=as_(ada), path=".my/foo", force=True)
    Blob.objects.update(touched_at=timezone.now() - timedelta(hours=2))
    assert data_blobs.sweep() == 1
    assert stored(own_store) == []
    assert len(first) + sum(map(len, opened.parts)) == 3 * blobs.CHUNK


def test_bytes_that_the_storage_lost_are_a_failure_of_the_store(ada, own_store):
    make(ada)
    put(ada, ".my/foo/a", b"x")
    stored(own_store)[0].unlink()
    with pytest.raises(StoreUnavailable):
        content(ada, ".my/foo/a")


def test_a_directory_deleted_during_an_upload_takes_nothing(ada, own_store):
    make(ada)

    def deletes():
        yield b"x"
        data_directories.delete_directory(caller=as_(ada), path=".my/foo")

    with pytest.raises(NotFound):
        data_store.put_file(caller=as_(ada), path=".my/foo/a", chunks=deletes())
    assert used(ada) == 0


def test_the_quota_counts_what_is_there(ada, settings):
    settings.DATA_QUOTA_BYTES = 10 * data_usage.OVERHEAD
    make(ada)
    put(ada, ".my/foo/a", b"x" * 5 * data_usage.OVERHEAD)
    with pytest.raises(QuotaFull):
        put(ada, ".my/foo/b", b"x" * 3 * data_usage.OVERHEAD)
    for number in range(3):
        put(ada, f".my/foo/{number}", b"")
    with pytest.raises(QuotaFull):
        put(ada, ".my/foo/3", b"")
    with pytest.raises(QuotaFull):
        make(ada, "bar")
    assert used(ada) == 10 * data_usage.OVERHEAD
    data_directories.delete_directory(caller=as_(ada), path=".my/foo", force=True)
    assert used(ada) == 0


def test_an_upload_that_announces_too_much_is_refused_before_it_is_read(ada, settings):
    settings.DATA_QUOTA_BYTES = 10 * data_store.LARGE
    make(ada)

    def unread():
        raise AssertionError("a byte was asked for")
        yield b""

    with pytest.raises(QuotaFull):
        data_store.put_file(
            caller=as_(ada),
            path=".my/foo/a",
            chunks=unread(),
            length=10 * data_store.LARGE,
        )


def test_a_long_listing_is_read_in_pages_without_gap_or_repeat(ada):
    directory = make(ada)
    put(ada, ".my/foo/f", b"")
    blob = Blob.objects.get()
    names = sorted(f"n{number:04}" for number in range(2500))
    DataFile.objects.bulk_create(
        DataFile(directory=directory, name=name, blob=blob, size=0) for name in names
    )
    seen, marker, pages = [], "", 0
    while marker or not pages:
        listing = data_directories.list_place(
            caller=as_(ada), path=".my/foo", marker=marker
        )
        seen += [file.name for file in listing.files]
        marker, pages = listing.marker, pages + 1
    assert pages == 3
    assert seen == ["f", *names]


def test_a_name_that_holds_a_key_is_refused(ada):
    key = create_key(user=ada, name="k", scopes=["data"]).secret
    with pytest.raises(BadRequest):
        make(ada, key)
    other = create_key(user=ada, name="k", scopes=["data"]).secret
    make(ada)
    with pytest.raises(BadRequest):
        put(ada, f".my/foo/{other}", b"x")
    assert not DataFile.objects.exists()
