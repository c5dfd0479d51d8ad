from __future__ import annotations

import threading

import pytest

from catalog.search import SearchUnavailable
from catalog.search.generations import Generations, Pointer


@pytest.fixture
def generations(tmp_path):
    return Generations(tmp_path / "search", "engine", lock_seconds=0.1)


def test_a_generation_is_used_once_it_is_published(generations):
    with pytest.raises(SearchUnavailable, match="There is no search index"):
        generations.current()
    pointer = generations.create()
    with pytest.raises(SearchUnavailable):
        generations.current()
    generations.publish(pointer)
    assert generations.current() == pointer
    assert generations.directory(pointer.generation).is_dir()


def test_each_generation_has_a_new_number_and_old_ones_can_go(generations):
    first, second, third = (generations.create() for _ in range(3))
    assert first.generation < second.generation < third.generation
    generations.publish(second)
    generations.remove_unused()
    assert generations.directory(second.generation).is_dir()
    assert not generations.directory(first.generation).exists()
    assert not generations.directory(third.generation).exists()


def test_an_announcement_changes_the_pointer(generations):
    pointer = generations.create()
    generations.publish(pointer)
    moved = generations.announce(pointer)
    assert moved != pointer
    assert generations.current() == moved
    assert moved.generation == pointer.generation


def test_another_engine_or_schema_is_named(generations):
    generations.path.mkdir()
    generations.publish(Pointer("other", 1, 1, 1))
    with pytest.raises(SearchUnavailable, match="written by other in schema 1"):
        generations.current()
    generations.publish(Pointer("engine", 99, 1, 1))
    with pytest.raises(SearchUnavailable, match="schema 99; needed is engine"):
        generations.current()


def test_only_one_thread_writes(generations):
    entered, leave = threading.Event(), threading.Event()

    def hold():
        with generations.writing():
            entered.set()
            leave.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(5)
    with (
        pytest.raises(SearchUnavailable, match="Another thread"),
        generations.writing(),
    ):
        pass
    leave.set()
    thread.join()
    with generations.writing():
        pass


def test_a_directory_that_cannot_be_written_is_unavailable(tmp_path):
    (tmp_path / "file").write_text("")
    generations = Generations(tmp_path / "file" / "search", "engine")
    with pytest.raises(SearchUnavailable, match="cannot be"), generations.writing():
        pass
    with pytest.raises(SearchUnavailable):
        generations.current()
