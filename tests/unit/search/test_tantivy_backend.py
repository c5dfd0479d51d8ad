from __future__ import annotations

from catalog.search import Access, SearchDocument, SearchRequest
from catalog.search.backends.tantivy import TantivyBackend

PUBLIC = Access(frozenset({"public"}))


def document(number, **fields):
    given = {"version": 1, "name": f"Name{number}", "summary": ""}
    return SearchDocument(
        id=str(number), audiences=("public",), owner="a", title="", docs="",
        **{**given, **fields},
    )  # fmt: skip


def test_what_a_killed_commit_left_behind_does_not_stop_the_repeat(tmp_path):
    backend = TantivyBackend(path=tmp_path)
    backend.rebuild([document(1), document(2)], position=0)
    batch = [document(1, version=2, summary="again")]
    # The commit's last step is the rename of meta.json. Without it, and with all that
    # was there before, lie files of deletions with the numbers that a repeat takes.
    before = {f: f.read_bytes() for f in tmp_path.rglob("*") if f.is_file()}
    backend.update(batch, position=1)
    for file, content in before.items():
        if file.name != ".managed.json":
            file.write_bytes(content)
    assert list(tmp_path.rglob("*.del"))
    backend = TantivyBackend(path=tmp_path)
    assert backend.health().position == 0
    backend.update(batch, position=1)
    assert backend.search(SearchRequest(text="again"), PUBLIC).ids == ("1",)
    assert backend.health().position == 1
    backend.close()
