"""Every search backend reads misspelled words and synonyms, from public words alone."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from search_contract import ANONYMOUS, SORTS, VIEWERS, answer, total, walk
from search_documents import document, generated_documents, uuid, varied_documents

from catalog.search import SearchRequest
from catalog.search.synonyms import Synonyms

SYNONYMS = Synonyms.of(
    [
        ("car", "automobile", "motorcar"),
        ("asr", "speech recognition", "speech to text"),
        ("tts", "text to speech"),
    ]
)


def ids(backend, text, access=ANONYMOUS, **asked):
    return backend.search(SearchRequest(text=text, **asked), access).ids


def corrected(backend, text, access=ANONYMOUS):
    return backend.search(SearchRequest(text=text), access).corrected


@pytest.fixture
def detectors(make):
    return make(
        [
            document(1, name="FaceDetector", summary="Detection of faces."),
            document(2, name="CarDetector", summary="Detection of cars."),
            document(3, name="Mobilenet", summary="A network for mobile devices."),
            document(4, name="MobilenetLarge", summary="A network for servers."),
            document(5, name="Zylograph", summary="One of a kind."),
        ]
    )


@pytest.mark.parametrize(
    ("text", "found", "said"),
    [
        ("detecton", {1, 2}, "detection"),
        ("detetcion of cars", {1, 2}, "detection of cars"),
        ("detctionn", {1, 2}, "detection"),
        ("Netwrok", {3, 4}, "Network"),
        ("mobilnet large", {3, 4}, "mobilenet large"),
        ("face_detecton", {1, 2}, "face_detection"),
        ("FaceDetecton!", {1, 2}, "FaceDetection!"),
    ],
)
def test_a_misspelled_word_finds_what_was_meant(detectors, text, found, said):
    page = detectors.search(SearchRequest(text=text), ANONYMOUS)
    assert set(page.ids) == {uuid(n) for n in found}
    assert page.corrected == said


@pytest.mark.parametrize(
    "text",
    [
        "detection",  # known
        "xetection",  # another first letter
        "dtction",  # two steps in seven letters
        "cras",  # four letters, but `cars` stands in one entry alone
        "zylographs",  # one entry is no vocabulary
        "nonsense",
        "dete",
        "12345678",
        "検出検出検出",
        "...",
        "",
    ],
)
def test_nothing_is_corrected_without_need_or_without_a_near_word(detectors, text):
    assert corrected(detectors, text) == ""


def test_a_rare_word_is_read_widely_but_not_called_wrong(make):
    others = [document(n, summary="inspect") for n in range(2, 9)]
    backend = make([document(1, summary="insect"), *others])
    assert total(backend, "insect") == 8
    assert ids(backend, "insect")[0] == uuid(1)
    assert corrected(backend, "insect") == ""
    backend.update([], [uuid(1)], position=2)
    assert corrected(backend, "insect") == "inspect"


def test_a_word_that_only_few_entries_have_still_finds_them_first(detectors):
    assert ids(detectors, "zylograph") == (uuid(5),)
    assert ids(detectors, "zylographs") == (uuid(5),)


def test_a_typed_word_counts_more_than_one_put_right(make):
    others = [document(n, name="Sentence") for n in range(2, 5)]
    backend = make([document(1, name="Sentense"), *others])
    assert ids(backend, "sentense")[0] == uuid(1)
    assert len(ids(backend, "sentense")) == 4


def test_the_nearest_words_are_taken_then_the_most_frequent(make):
    words = ["classed"] * 2 + ["classes"] * 3 + ["cluster"] * 9
    backend = make([document(n, summary=word) for n, word in enumerate(words)])
    assert corrected(backend, "classen") == "classes"


def test_a_word_of_private_entries_is_no_correction(make):
    secret = [
        document(n, name="Quicksilver", summary="quicksilver", audiences=("team:1",))
        for n in range(5)
    ]
    backend = make([*generated_documents(), *secret])
    for access in (ANONYMOUS, VIEWERS["stranger"], VIEWERS["member"]):
        assert corrected(backend, "quicksilvr", access) == ""
        assert total(backend, "quicksilvr", access) == 0
    assert total(backend, "quicksilver", VIEWERS["member"]) == 5


def test_a_word_is_forgotten_when_its_entries_turn_private_or_go(make):
    entries = [document(n, summary="quicksilver") for n in range(3)]
    backend = make([*generated_documents(), *entries])
    assert corrected(backend, "quicksilvr") == "quicksilver"
    hidden = [replace(d, version=2, audiences=("team:1",)) for d in entries[:2]]
    backend.update(hidden, position=1)
    assert corrected(backend, "quicksilvr") == ""
    assert corrected(backend, "quicksilvr", VIEWERS["member"]) == ""
    backend.update([replace(d, version=3) for d in entries], position=2)
    assert corrected(backend, "quicksilvr") == "quicksilver"
    backend.update([], [entries[0].id, entries[1].id], position=3)
    assert corrected(backend, "quicksilvr") == ""


def test_two_worlds_that_differ_in_private_entries_answer_outsiders_alike(make):
    varied = varied_documents()
    public = [entry for entry in varied if "public" in entry.audiences]
    secret = [
        replace(
            document(9_000 + n, audiences=("team:1",), version=2),
            name="Sentimeter",
            summary="sentimeter sentimental speeck voyce translater confidential",
            tags=("sentimeter",),
            task="sentimetry",
        )
        for n in range(4)
    ]
    alone = make(public)
    beside = make([entry for entry in varied if "public" not in entry.audiences])
    beside.update(
        [replace(entry, version=1, audiences=("public",)) for entry in secret],
        position=1,
    )
    beside.update([*public, *secret], position=2)
    texts = ["sentimetre", "speec", "voyse", "translator", "tranlsator", "sentimeter",
             "confidental", "speach voice", "detectr", "labels clasifier"]  # fmt: skip
    for text, access in itertools.product(texts, (ANONYMOUS, VIEWERS["stranger"])):
        for sort, filter_ in itertools.product(
            SORTS[:2], ("", "tag LIKE 'sent%' OR stars > 0")
        ):
            request = SearchRequest(text=text, sort=sort, filter=filter_, limit=7)
            assert answer(beside, request, access) == answer(alone, request, access)
        for size in range(1, len(text)):
            typed = text[:size]
            assert beside.suggest(typed, access) == alone.suggest(typed, access)


def test_a_walk_keeps_its_corrections_while_the_vocabulary_changes(make):
    documents = [document(n, summary="network") for n in range(40)]
    backend = make(documents)
    numbers = itertools.count(100)

    def add():
        backend.update([document(next(numbers), summary="netwrok")], position=1)

    request = SearchRequest(text="netwrok", limit=6)
    found = walk(backend, request, ANONYMOUS, between=add)
    assert {d.id for d in documents} <= set(found)
    assert len(found) == len(set(found))


def test_a_synonym_finds_too_and_ranks_below_the_typed_word(make):
    backend = make(
        [
            document(1, name="Automobile"),
            document(2, name="Car"),
            document(3, name="Motorcar"),
            document(4, name="Bicycle"),
        ]
    )
    assert ids(backend, "car") == (uuid(2),)
    assert ids(backend, "cars", synonyms=SYNONYMS)[0] == uuid(2)
    assert set(ids(backend, "automobile", synonyms=SYNONYMS)) == {
        uuid(1),
        uuid(2),
        uuid(3),
    }


def test_a_phrase_is_a_synonym_of_a_word_and_the_other_way_round(make):
    backend = make(
        [
            document(1, summary="Speech recognition for English."),
            document(2, summary="An ASR model."),
            document(3, summary="Speech synthesis."),
            document(4, summary="Recognition of letters."),
            document(5, name="TTS"),
        ]
    )
    assert set(ids(backend, "asr", synonyms=SYNONYMS)) == {uuid(1), uuid(2)}
    page = backend.search(
        SearchRequest(text="speech recognition", synonyms=SYNONYMS), ANONYMOUS
    )
    assert set(page.ids[:2]) == {uuid(1), uuid(2)}
    assert uuid(2) in ids(backend, "speech-to-text", synonyms=SYNONYMS)
    # Its words in another order mean another thing.
    assert uuid(2) not in ids(backend, "text to speech", synonyms=SYNONYMS)
    assert set(ids(backend, "tts", synonyms=SYNONYMS)) == {uuid(5)}


def test_synonyms_may_change_between_pages(make):
    backend = make([document(n, name="Car") for n in range(9)])
    first = SearchRequest(text="car", limit=4)
    cursor = backend.search(first, ANONYMOUS).cursor
    second = replace(first, after=cursor, synonyms=SYNONYMS)
    assert len(backend.search(second, ANONYMOUS).ids) == 4
