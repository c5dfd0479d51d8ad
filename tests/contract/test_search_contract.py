"""Every search backend keeps this contract."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace

import pytest
from search_contract import (
    ANONYMOUS,
    ENGINES,
    VIEWERS,
    Oracle,
    Process,
    all_documents,
    answer,
    as_dict,
    assert_as_the_oracle_says,
    bundled_documents,
    document,
    generated_documents,
    private_documents,
    seeded,
    uuid,
    walk,
)

from catalog.search import Access, SearchRequest, SearchUnavailable
from catalog.search.base import FACETS, BadCursor
from catalog.search.retrieval import LIMIT, RANKED

SORTS = ["relevance", "popular", "updated", "name"]
TEXTS = [
    "",
    "sentiment",
    "sentiment of english text",
    "classified",
    "Classified detector",
    "speech voice",
    "GetSentiment",
    "nlp/GetSentiment",
    "DeepBoxes-v1",
    "fast translator of news",
    "nosuchword",
    "the",
    "...",
]
FILTERS = [
    {},
    {"task": ("object-detection",)},
    {"task": ("object-detection", "hidden-task"), "tag": ("onnx",)},
    {"owner": ("secret-0", "secret-1", "ada"), "tag": ("mobile", "large")},
    {"tag": ("confidential",)},
    {"task": ("no such task",)},
]


@pytest.fixture(params=list(ENGINES))
def engine(request):
    return request.param


@pytest.fixture
def make(engine, tmp_path):
    """Build backends of the engine, each in a directory of its own."""
    made = []

    def build(documents=None, *, path=None, position=0, **options):
        place = path or tmp_path / f"index{len(made)}"
        backend = ENGINES[engine](path=place, **options)
        made.append(backend)
        if documents is not None:
            backend.rebuild(documents, position=position)
        return backend

    yield build
    for backend in made:
        backend.close()


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """One backend of each engine with all documents, for tests that only read."""
    backends = {}
    for name, backend_class in ENGINES.items():
        backends[name] = backend_class(path=tmp_path_factory.mktemp(name))
        # In pieces, so that the index has several segments, deletions and moves.
        documents = all_documents()
        early = [replace(d, version=0, audience="team:2") for d in documents[::7]]
        backends[name].rebuild([*early, *documents[1::7]], position=1)
        for part in range(0, len(documents), 40):
            backends[name].update(documents[part : part + 40], position=2 + part)
    yield backends
    for backend in backends.values():
        backend.close()


@pytest.fixture
def backend(filled, engine):
    return filled[engine]


@pytest.fixture(scope="session")
def oracle():
    return Oracle(all_documents())


def total(backend, text="", access=ANONYMOUS):
    return backend.search(SearchRequest(text=text), access).total


# --- Privacy and totals ------------------------------------------------------------


@pytest.mark.parametrize("viewer", list(VIEWERS))
def test_each_viewer_finds_exactly_what_an_oracle_finds(backend, oracle, viewer):
    for text, filters in itertools.product(TEXTS, FILTERS):
        request = SearchRequest(text=text, filters=filters, limit=7)
        assert_as_the_oracle_says(backend, oracle, request, VIEWERS[viewer])


@pytest.mark.parametrize("sort", SORTS[1:])
@pytest.mark.parametrize("viewer", ["anonymous", "member of two teams"])
def test_sorted_pages_come_in_the_oracles_order(backend, oracle, viewer, sort):
    for text in ("", "speech voice", "classified"):
        request = SearchRequest(text=text, sort=sort, limit=9)
        assert_as_the_oracle_says(backend, oracle, request, VIEWERS[viewer])


@pytest.mark.parametrize("viewer", list(VIEWERS))
def test_suggestions_are_what_the_viewer_may_see(backend, oracle, viewer):
    access = VIEWERS[viewer]
    visible = {d.id for d in oracle.documents if d.audience in access.audiences}
    for prefix in ("cl", "classified", "Deep", "ge", "speech", "v1"):
        ids = backend.suggest(prefix, access, limit=100)
        assert set(ids) == visible & {
            entry.id
            for entry in oracle.ready.values()
            if any(name.startswith(prefix.casefold()) for name in entry.names)
        }
        assert len(ids) == len(set(ids))


def test_a_stranger_sees_what_anonymous_sees(backend):
    for text in TEXTS:
        request = SearchRequest(text=text)
        assert answer(backend, request, VIEWERS["stranger"]) == answer(
            backend, request, ANONYMOUS
        )


def test_an_outsiders_search_never_touches_the_private_index(make):
    class Untouchable:
        def __getattr__(self, name):
            raise AssertionError(f"the private index was asked for {name}")

    backend = make(all_documents())
    total(backend)
    pointer, snapshot = backend._opened
    backend._opened = (pointer, replace(snapshot, private=Untouchable()))
    for sort in SORTS:
        backend.search(SearchRequest(text="sentiment", sort=sort), ANONYMOUS)
    backend.suggest("cl", ANONYMOUS)
    with pytest.raises(SearchUnavailable, match="private index was asked"):
        backend.search(SearchRequest(), VIEWERS["owner"])
    backend._opened = (pointer, snapshot)


def test_private_documents_change_nothing_for_outsiders(make):
    public = [*bundled_documents(), *generated_documents()]
    alone = make(public)
    beside = make(public)
    secrets = private_documents()
    was_public = replace(secrets[0], audience="public", version=0)
    requests = [
        SearchRequest(text=text, sort=sort, limit=5, filters=filters)
        for text, sort, filters in itertools.product(TEXTS, SORTS, FILTERS[:2])
    ]
    expected = [answer(alone, request, ANONYMOUS) for request in requests]

    def same():
        return [answer(beside, request, ANONYMOUS) for request in requests] == expected

    beside.update(secrets[:20], position=1)
    assert same()
    beside.update([was_public], position=2)
    beside.update(secrets[20:], position=3)
    beside.update([replace(secrets[0], version=2)], position=4)
    assert same()
    beside.update([], [entry.id for entry in secrets], position=5)
    assert same()
    assert beside.suggest("cl", ANONYMOUS) == alone.suggest("cl", ANONYMOUS)


# --- Matching and facets -----------------------------------------------------------


def test_all_words_suffice_if_ten_documents_have_them(make):
    both = [document(n, name=f"Both{n}", summary="red green") for n in range(10)]
    backend = make([*both, document(99, summary="red blue")])
    assert total(backend, "red green") == 10
    assert total(backend, "red blue") == 11


def test_a_wider_search_still_puts_documents_with_all_words_first(make):
    long = document(1, summary="red", docs="green " + "filler text " * 400)
    short = [document(n, name="Red", summary="red red") for n in range(2, 9)]
    page = make([long, *short]).search(SearchRequest(text="red green"), ANONYMOUS)
    assert page.total == 8
    assert page.ids[0] == long.id


def test_choosing_a_facet_value_gives_the_number_that_it_showed(backend):
    for text in ("speech voice", "sentiment english", "fast translator of news"):
        page = backend.search(SearchRequest(text=text), ANONYMOUS)
        for facet, counts in page.facets.items():
            for value, count in counts:
                chosen = SearchRequest(text=text, filters={facet: (value,)})
                assert backend.search(chosen, ANONYMOUS).total == count


def test_counts_of_a_single_valued_facet_add_up_to_the_total(backend):
    for text, access in itertools.product(TEXTS, VIEWERS.values()):
        page = backend.search(SearchRequest(text=text), access)
        assert sum(count for _, count in page.facets["task"]) == page.total
        assert sum(count for _, count in page.facets["owner"]) == page.total


def test_a_second_value_of_a_facet_can_be_chosen_and_adds_its_count(backend):
    one = SearchRequest(filters={"task": ("translation",)})
    counts = dict(backend.search(one, ANONYMOUS).facets["task"])
    assert len(counts) > 2
    two = SearchRequest(filters={"task": ("translation", "summarization")})
    expected = counts["translation"] + counts["summarization"]
    assert backend.search(two, ANONYMOUS).total == expected


def test_only_the_facets_that_were_asked_for_are_counted(backend):
    page = backend.search(SearchRequest(facets=("license", "tag")), ANONYMOUS)
    assert list(page.facets) == ["license", "tag"]
    assert backend.search(SearchRequest(facets=()), ANONYMOUS).facets == {}


def test_an_unknown_facet_is_the_callers_error(backend):
    with pytest.raises(ValueError, match="no such facet: color"):
        backend.search(SearchRequest(filters={"color": ("red",)}), ANONYMOUS)


def test_facets_beyond_the_defaults_can_filter(make):
    backend = make(
        [
            document(1, framework="onnx", language=("en", "de"), license="MIT"),
            document(2, framework="pytorch", language=("en",)),
        ]
    )
    asked = SearchRequest(filters={"language": ("de",)}, facets=("language", "license"))
    page = backend.search(asked, ANONYMOUS)
    assert page.ids == (uuid(1),)
    assert dict(page.facets["language"]) == {"en": 2, "de": 1}
    assert dict(page.facets["license"]) == {"MIT": 1}


def test_popularity_decides_only_between_equals(make):
    backend = make(
        [
            document(1, name="A", summary="green model", popularity=1),
            document(2, name="B", summary="green model", popularity=10_000),
            document(3, name="Green", summary="green model"),
        ]
    )
    page = backend.search(SearchRequest(text="green"), ANONYMOUS)
    assert page.ids == (uuid(3), uuid(2), uuid(1))


def test_the_words_to_highlight_come_with_the_page(backend):
    page = backend.search(SearchRequest(text="Detecting the faces"), ANONYMOUS)
    assert page.terms == ("detect", "face")


def test_suggestions_prefer_the_very_word_then_popularity(make):
    backend = make(
        [
            document(1, name="Echolocation", popularity=900),
            document(2, name="Echo", popularity=1),
            document(3, name="Echoes", title="An old thing", popularity=50),
            document(4, name="Other", summary="echo"),
        ]
    )
    assert backend.suggest("echo", ANONYMOUS) == [uuid(2), uuid(1), uuid(3)]
    assert backend.suggest("ECH", ANONYMOUS, limit=2) == [uuid(1), uuid(3)]
    assert backend.suggest("old th", ANONYMOUS) == [uuid(3)]
    assert backend.suggest("", ANONYMOUS) == []


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


# --- Pages -------------------------------------------------------------------------

MANY = RANKED * 2 + 30


@pytest.fixture(scope="session")
def crowd():
    """More matches than are ranked, many of them with equal keys."""
    dice = seeded(7)
    return [
        document(
            10_000 + n,
            name=f"Crowd{dice.choice('abc')}",
            summary="crowd " * dice.randrange(1, 5),
            docs="filler " * dice.randrange(200),
            audience="public" if n % 3 else "team:1",
            popularity=dice.choice([0, 0, 7]),
            updated_at=dice.choice([0.0, 5.0]),
        )
        for n in range(MANY)
    ]


@pytest.mark.parametrize("sort", SORTS)
def test_a_walk_gives_each_row_once_while_others_are_added(make, crowd, sort):
    backend = make(crowd)
    numbers = itertools.count(1)

    def add():
        n = next(numbers)
        words = {"name": f"Crowd{'abcz'[n % 4]}", "summary": "crowd crowd"}
        new = document(50_000 + n, **words, popularity=n, updated_at=n * 1.0)
        backend.update([new], position=n)

    for access in (ANONYMOUS, VIEWERS["member"]):
        expected = {d.id for d in crowd if d.audience in access.audiences}
        request = SearchRequest(text="crowd", sort=sort, limit=43)
        ids = walk(backend, request, access, between=add)
        assert len(ids) == len(set(ids))
        assert expected <= set(ids)


def test_a_walk_survives_the_change_from_any_word_to_all_words(make):
    documents = [document(n, summary="red green") for n in range(9)]
    documents += [document(n, summary="red") for n in range(20, 40)]
    backend = make(documents)
    added = itertools.count(100)

    def add():
        backend.update([document(next(added), summary="red green")], position=1)

    ids = walk(
        backend, SearchRequest(text="red green", limit=5), ANONYMOUS, between=add
    )
    assert {d.id for d in documents} <= set(ids)


def test_a_walk_without_text_is_by_popularity(backend, oracle):
    ids = walk(backend, SearchRequest(limit=11), ANONYMOUS)
    assert ids == oracle.ordered(SearchRequest(sort="popular"), ANONYMOUS)


def test_the_page_size_may_change_on_the_way(backend):
    first = backend.search(SearchRequest(text="speech", limit=3), ANONYMOUS)
    rest = SearchRequest(text="speech", limit=100, after=first.cursor)
    page = backend.search(rest, ANONYMOUS)
    assert page.cursor == ""
    assert len(page.ids) == first.total - 3


def test_a_page_has_at_most_a_hundred_rows(make, crowd):
    backend = make(crowd)
    for limit, rows in ((1_000, LIMIT), (0, 1), (-5, 1)):
        for sort in SORTS:
            request = SearchRequest(text="crowd", sort=sort, limit=limit)
            assert len(backend.search(request, ANONYMOUS).ids) == rows


def test_a_cursor_of_another_search_is_refused(backend):
    asked = SearchRequest(text="speech", limit=2, sort="popular")
    cursor = backend.search(asked, ANONYMOUS).cursor
    others = [
        {"text": "voice"},
        {"sort": "name"},
        {"filters": {"task": ("translation",)}},
        {"after": cursor[:-3]},
        {"after": "x" + cursor},
        {"after": "not a cursor"},
        {"after": "A" * 9_000},
        {"after": "é\ud800\x00"},
        {"after": "AAAA"},
    ]
    for other in others:
        request = SearchRequest(**{**as_dict(asked), "after": cursor, **other})
        with pytest.raises(BadCursor):
            backend.search(request, ANONYMOUS)


# --- Writing -----------------------------------------------------------------------


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
        moved = document(1, version=version, summary="secret", audience=audience)
        backend.update([moved], position=version)
        assert total(backend, "secret") == outside
        assert total(backend, "secret", member) == int(audience in member.audiences)
        assert total(backend, "secret", VIEWERS["stranger"]) == int(
            audience in {"user:9", "public"}
        )
        assert backend.health().documents == 1


def test_a_stale_version_is_not_written_over_a_newer_one(make):
    backend = make([document(1, version=5, summary="newer", audience="team:1")])
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
    batch = [document(1, version=2, audience="team:1"), document(3)]
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


# --- Processes ---------------------------------------------------------------------


def test_another_process_sees_each_commit_and_each_generation(make, engine, tmp_path):
    path = tmp_path / "shared"
    backend = make([document(1, summary="shared")], path=path)
    reader = Process(engine, path)
    try:
        assert reader.ask("total", "shared") == 1
        for n in range(2, 6):
            backend.update([document(n, summary="shared")], position=n)
            assert reader.ask("total", "shared") == n
        hidden = document(1, version=2, summary="shared", audience="team:1")
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
        again = document(1, version=number + 100, name="Moving", audience="team:1")
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


# --- Broken and missing ------------------------------------------------------------


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
        '{"engine": "lucene", "schema": 1, "generation": 1, "commit": 1}'
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


# --- Ranking -----------------------------------------------------------------------

QUERIES = {
    "echo": "Echo",
    "return the input unchanged": "Echo",
    "hello": "Hello",
    "greeting": "Hello",
    "greet a person by name": "Hello",
    "sleep": "Sleep",
    "wait some seconds": "Sleep",
    "timeouts": "Sleep",
    "raise exception": "RaiseException",
    "raiseexception": "RaiseException",
    "error handling": "RaiseException",
    "sentiment": "GetSentiment",
    "sentiment analysis": "GetSentiment",
    "get-sentiment": "GetSentiment",
    "positive or negative text": "GetSentiment",
    "product reviews": "GetSentiment",
    "keywords": "ExtractKeywords",
    "extract key phrases": "ExtractKeywords",
    "nlp/ExtractKeywords": "ExtractKeywords",
    "forecast": "ForecastSeries",
    "time series forecasting": "ForecastSeries",
    "predict next values": "ForecastSeries",
    "seasonality": "ForecastSeries",
    "dominant colors": "DominantColors",
    "color palette of a picture": "DominantColors",
    "dominantColors image": "DominantColors",
    "object detection street": None,
    "text to speech voice": None,
    "fast image classifier": None,
    "summary of news articles": None,
}


def test_the_engines_agree_on_the_best_three(filled):
    names = {d.id: d.name for d in all_documents()}
    for text, first in QUERIES.items():
        request = SearchRequest(text=text, limit=3, facets=())
        pages = [b.search(request, ANONYMOUS) for b in filled.values()]
        best, *others = ([names[id_] for id_ in page.ids] for page in pages)
        assert all(other == best for other in others), text
        assert len({page.total for page in pages}) == 1
        assert first in {None, best[0]}, text


def test_the_engines_agree_for_members_too(filled):
    for text in QUERIES:
        request = SearchRequest(text=text, limit=3)
        for access in VIEWERS.values():
            first, *others = (answer(b, request, access) for b in filled.values())
            assert all(other == first for other in others), text


def test_facets_of_all_engines_are_the_same_lists(filled):
    first, *others = (
        b.search(SearchRequest(facets=FACETS), ANONYMOUS).facets
        for b in filled.values()
    )
    assert all(other == first for other in others)
