"""Every search backend writes batches that survive repeats, moves and kill -9."""

from __future__ import annotations

import threading

import pytest
from search_contract import ANONYMOUS, VIEWERS, Process, total
from search_documents import document, generated_documents, seeded, uuid

from catalog.search import Access, SearchRequest, SearchUnavailable


def test_an_update_replaces_and_a_deletion_removes(make):
    backend = make([document(1, summary="old"), document(2, summary="old")])
    backend.update([document(1, version=2, summary="new")], [uuid(2)], position=3)
    assert total(backend, "new") == 1
    assert total(backend, "old") == 0
    assert total(backend) == 1
    assert backend.health().position == 3


def test_a_document_moves_between_public_and_private(make):
    backend = make([document(1, summary="secret")])
    member = VIEWERS["member"]
    for version, audience, outside in (
        (2, "team:1", 0),
        (3, "user:9", 0),
        (4, "public", 1),
    ):
        moved = document(1, version=version, summary="secret", audiences=(audience,))
        backend.update([moved], position=version)
        assert total(backend, "secret") == outside
        assert total(backend, "secret", member) == int(audience in member.audiences)
        assert total(backend, "secret", VIEWERS["stranger"]) == int(
            audience in {"user:9", "public"}
        )
        assert backend.health().documents == 1


def test_a_stale_version_is_not_written_over_a_newer_one(make):
    backend = make([document(1, version=5, summary="newer", audiences=("team:1",))])
    backend.update([document(1, version=4, summary="stale")], position=9)
    assert total(backend, "stale") == 0
    assert total(backend, "newer", VIEWERS["member"]) == 1
    backend.update(
        [document(1, version=8, summary="last"), document(1, version=7)], position=10
    )
    assert total(backend, "last") == 1
    assert total(backend, "newer", VIEWERS["member"]) == 0


def test_an_equal_version_with_other_content_is_written(make):
    backend = make(
        [document(1, summary="green", popularity=1), document(2, summary="green")]
    )
    backend.update([document(2, summary="green", popularity=5)], position=1)
    page = backend.search(SearchRequest(sort="popular"), ANONYMOUS)
    assert page.ids == (uuid(2), uuid(1))


def test_an_id_that_is_deleted_in_the_same_batch_is_gone(make):
    backend = make([document(1)])
    backend.update([document(1, version=2)], [uuid(1)], position=1)
    assert total(backend) == 0


def test_repeating_a_batch_changes_nothing_on_disk(make, tmp_path):
    backend = make([document(1)], path=tmp_path / "same")
    batch = [document(1, version=2, audiences=("team:1",)), document(3)]
    backend.update(batch, [uuid(9)], position=7)

    def content():
        files = (tmp_path / "same").rglob("*")
        return {f: f.stat().st_mtime_ns for f in files if f.name != "writer.lock"}

    before = content()
    backend.update(batch, [uuid(9)], position=7)
    backend.update(batch[:1], position=5)
    assert content() == before
    assert backend.health().position == 7


def test_the_position_outlives_the_process_and_a_rebuild_sets_it(make, tmp_path):
    make([document(1)], path=tmp_path / "one", position=41)
    backend = make(path=tmp_path / "one")
    assert backend.health().position == 41
    backend.update([], position=42)
    assert make(path=tmp_path / "one").health().position == 42
    backend.rebuild([document(1)], position=12)
    assert backend.health().position == 12


def test_many_small_batches_leave_few_files(make, tmp_path):
    backend = make([], path=tmp_path / "small")
    for n in range(40):
        backend.update([document(n, summary="small")], position=n)
    assert total(backend, "small") == 40
    assert len(list((tmp_path / "small").rglob("*"))) < 250


def test_a_rebuild_swaps_generations_and_removes_the_old_one(make, tmp_path):
    backend = make([document(1, summary="old")], path=tmp_path / "one")
    total(backend)
    assert backend.rebuild(iter([document(2), document(3)]), position=5) == 2
    assert total(backend, "old") == 0
    assert total(backend) == 2
    assert len(list((tmp_path / "one" / "generations").iterdir())) == 1


def test_a_rebuild_that_fails_leaves_the_old_index(make, tmp_path):
    backend = make([document(1, summary="old")], path=tmp_path / "one")

    def broken():
        yield document(2)
        raise LookupError("the database went away")

    with pytest.raises(LookupError):
        backend.rebuild(broken(), position=5)
    assert total(backend, "old") == 1
    assert len(list((tmp_path / "one" / "generations").iterdir())) == 1
    assert backend.rebuild([document(3)], position=6) == 1


def test_readers_never_notice_a_rebuild_or_an_update(make):
    backend = make(generated_documents(30))
    failures, answers, stop = [], set(), threading.Event()

    def read():
        while not stop.is_set():
            try:
                answers.add(total(backend, "speech voice audio"))
                backend.suggest("deep", ANONYMOUS)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is reported
                failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    expected = total(backend, "speech voice audio")
    for n in range(4):
        backend.rebuild(generated_documents(30), position=n)
        backend.update([document(n, name="Beside", version=n)], position=n)
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert answers == {expected}


def test_another_process_sees_each_commit_and_each_generation(make, engine, tmp_path):
    path = tmp_path / "shared"
    backend = make([document(1, summary="shared")], path=path)
    reader = Process(engine, path)
    try:
        assert reader.ask("total", "shared") == 1
        for n in range(2, 6):
            backend.update([document(n, summary="shared")], position=n)
            assert reader.ask("total", "shared") == n
        hidden = document(1, version=2, summary="shared", audiences=("team:1",))
        backend.update([hidden], position=9)
        assert reader.ask("total", "shared") == 4
        backend.rebuild([document(7, summary="shared")], position=10)
        assert reader.ask("total", "shared") == 1
    finally:
        reader.kill()


def test_a_killed_writer_leaves_the_last_acknowledged_batch(make, engine, tmp_path):
    path = tmp_path / "killed"
    backend = make([document(1, version=0, name="Moving")], path=path)
    dice = seeded(3)
    number = 0
    for _round in range(4):
        writer = Process(engine, path)
        writer.send("write", number + 1)
        for _batch in range(dice.randrange(1, 4)):
            number = writer.line()
        threading.Event().wait(dice.random() * 0.05)
        writer.kill()
        health = backend.health()
        assert health.ok
        assert health.position >= number
        page = make(path=path).search(SearchRequest(text=f"Added{number}"), ANONYMOUS)
        assert page.ids[0] == uuid(100 + number % 50)
        team = Access(frozenset({"public", "team:1"}))
        # Either where the last batch put it, or between the places, but never doubled
        # in the answer and never lost to a repeat of the batch.
        again = document(1, version=number + 100, name="Moving", audiences=("team:1",))
        backend.update([again], position=number)
        assert backend.search(SearchRequest(text="moving"), team).ids == (uuid(1),)
        assert total(backend, "moving") == 0
        number += 100


def test_a_second_writer_is_told_to_wait(make, engine, tmp_path):
    path = tmp_path / "locked"
    backend = make([document(1)], path=path, lock_seconds=0.2)
    other = Process(engine, path)
    try:
        assert other.ask("lock") == "held"
        with pytest.raises(SearchUnavailable, match="Another process is writing"):
            backend.update([document(2)], position=1)
        with pytest.raises(SearchUnavailable, match="Another process is writing"):
            backend.rebuild([document(2)], position=1)
        assert total(backend) == 1
        other.ask("done")
    finally:
        other.kill()
    backend.update([document(2)], position=1)
    assert total(backend) == 2
