"""Every search backend takes hostile text and broken files calmly."""

from __future__ import annotations

import pytest
from search_contract import ANONYMOUS, VIEWERS, total
from search_documents import all_documents, document, seeded

from catalog.search import SearchRequest, SearchUnavailable

HOSTILE = [
    "\x00",
    "a\x00b",
    '"',
    '"unclosed phrase',
    "AND OR NOT ( ) * ? ~ ^ :",
    "AND",
    "NOT sentiment",
    "audience:team:1",
    "body:[* TO *]",
    "id:*",
    "sentiment^9 ~2 /re.*gex/ {a TO b}",
    "🙂🤖",
    "\ud800",
    "sent\udfffiment",
    "x" * 10_000,
    "word " * 2_000,
    " ".join(f"w{n}" for n in range(5_000)),
    "-" * 10_000,
    "A" * 5_000 + "a" * 5_000,
    "a/" * 5_000,
    "漢" * 10_000,
    "ﷺ" * 1_000,
    "' OR 1=1 --",
    "../../etc/passwd",
    "%s %d {} \\",
    "\u202e\u200b\ufeff",
    "e\u0301" * 5_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_only_text(backend, text):
    everything = total(backend, "", VIEWERS["owner"])
    for sort in ("relevance", "name"):
        page = backend.search(SearchRequest(text=text, sort=sort), VIEWERS["owner"])
        assert page.total <= everything
    assert len(backend.suggest(text, VIEWERS["owner"])) <= 8
    filtered = SearchRequest(filters={"tag": (text, "onnx"), "owner": (text,)})
    assert backend.search(filtered, ANONYMOUS).total == 0


def test_hostile_documents_are_written_and_found(make):
    text = "sound \x00 \ud800 🙂 漢字 " + "long" * 5_000
    odd = document(
        1, owner="o\x00\ud800", name=text, title=text, summary=text, docs=text,
        task=text, tags=(text, "", "\ud800"), framework="\x00",
    )  # fmt: skip
    backend = make([])
    backend.update([odd], position=1)
    for word in ("sound", "漢字", "漢"):
        assert backend.search(SearchRequest(text=word), ANONYMOUS).ids == (odd.id,)
    tag = backend.search(SearchRequest(), ANONYMOUS).facets["tag"][0][0]
    assert total(backend, "sound") == 1
    filtered = SearchRequest(filters={"tag": (tag,)})
    assert backend.search(filtered, ANONYMOUS).total == 1


def overwrite(directory, content):
    for file in directory.rglob("*"):
        if file.is_file():
            file.write_bytes(content)


def remove_files(directory):
    for file in directory.rglob("*"):
        if file.is_file():
            file.unlink()


def halve(directory):
    for file in directory.rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


DAMAGES = {
    "everything is missing": lambda path: path.rename(path.with_name("moved")),
    "the pointer is missing": lambda path: (path / "current").unlink(),
    "the pointer is empty": lambda path: (path / "current").write_text(""),
    "the pointer is a list": lambda path: (path / "current").write_text("[1]"),
    "the pointer is binary": lambda path: (path / "current").write_bytes(b"\xff\x00"),
    "the schema is another": lambda path: (path / "current").write_text(
        (path / "current").read_text().replace('"schema": ', '"schema": 9')
    ),
    "the engine is another": lambda path: (path / "current").write_text(
        '{"engine": "lucene", "schema": 2, "generation": 1, "commit": 1}'
    ),
    "the files are missing": lambda path: remove_files(path / "generations"),
    "the files are empty": lambda path: overwrite(path / "generations", b""),
    "the files are noise": lambda path: overwrite(
        path / "generations", seeded(1).randbytes(5_000)
    ),
    "the files are cut": lambda path: halve(path / "generations"),
}


# Whoosh leaves the closing of a file it could not read to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("damage", list(DAMAGES))
def test_a_broken_index_is_unavailable_until_it_is_rebuilt(make, tmp_path, damage):
    path = tmp_path / "broken"
    make(all_documents(), path=path).close()
    DAMAGES[damage](path)
    backend = make(path=path)
    with pytest.raises(SearchUnavailable, match="index"):
        backend.search(SearchRequest(text="sentiment"), VIEWERS["owner"])
    with pytest.raises(SearchUnavailable, match="rebuild_search_index"):
        backend.suggest("se", ANONYMOUS)
    with pytest.raises(SearchUnavailable):
        backend.update([document(1)], position=1)
    health = backend.health()
    assert not health.ok
    assert health.detail
    assert backend.check() == []
    backend.rebuild([document(1)], position=3)
    assert backend.health().ok
    assert total(backend) == 1


def test_an_index_that_vanishes_under_a_reader_is_unavailable_then_back(make, tmp_path):
    path = tmp_path / "gone"
    backend = make([document(1)], path=path)
    assert total(backend) == 1
    path.rename(tmp_path / "away")
    with pytest.raises(SearchUnavailable):
        total(backend)
    (tmp_path / "away").rename(path)
    assert total(backend) == 1


def test_a_closed_backend_may_be_used_again(make):
    backend = make([document(1)])
    assert total(backend) == 1
    backend.close()
    backend.close()
    assert total(backend) == 1
