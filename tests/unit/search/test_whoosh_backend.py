from __future__ import annotations

import pytest

from catalog.search import SearchDocument
from catalog.search.backends import whoosh
from catalog.search.backends.whoosh import MOST_SEGMENTS, WhooshBackend


@pytest.fixture
def backend(tmp_path):
    backend = WhooshBackend(path=tmp_path)
    backend.rebuild([], position=0)
    yield backend
    backend.close()


def document(number):
    return SearchDocument(
        id=str(number), version=1, audiences=("public",), owner="a",
        name=f"Name{number}", title="", summary="", docs="",
    )  # fmt: skip


def segments(backend):
    backend.health()
    return len(backend._opened[1].public._searcher.leaf_searchers())


def test_segments_of_small_commits_are_merged_in_time(backend):
    counts = []
    for number in range(3 * MOST_SEGMENTS):
        backend.update([document(number)], position=number)
        counts.append(segments(backend))
    assert max(counts) <= MOST_SEGMENTS + 1
    assert backend.health().documents == 3 * MOST_SEGMENTS


def test_the_operator_is_warned_of_too_many_entries(backend, monkeypatch):
    backend.update([document(1), document(2)], position=1)
    assert backend.check() == []
    monkeypatch.setattr(whoosh, "MOST_DOCUMENTS", 1)
    assert backend.check() == [
        "Whoosh is slow beyond 1 entries; there are 2. Install tantivy."
    ]
