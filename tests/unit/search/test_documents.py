from __future__ import annotations

from dataclasses import replace

import pytest

from catalog.search import SearchDocument
from catalog.search.documents import (
    digest_of,
    frequency,
    id_of,
    indexed,
    pack_terms,
    parse_key,
    plain,
)

DOCUMENT = SearchDocument(
    id="01890a5d-ac96-774b-bcce-b302099a8057",
    version=1,
    audiences=("public",),
    owner="util",
    name="Echo",
    title="Sound",
    summary="Light",
    docs="Dust",
    task="Music",
    tags=("Water", "Water"),
)


def test_fields_weigh_as_they_should():
    terms = indexed(DOCUMENT).terms
    # a name counts once more within its path, owner/name
    assert terms == {
        "echo": 5, "util": 1, "utilecho": 1, "sound": 3, "light": 2, "dust": 1,
        "music": 3, "water": 6,
    }  # fmt: skip
    assert indexed(DOCUMENT).length == sum(terms.values())


def test_a_name_may_be_a_stop_word():
    assert "not" in indexed(replace(DOCUMENT, name="Not")).terms


def test_facets_hold_each_value_once_and_nothing_empty():
    facets = indexed(DOCUMENT).facets
    assert facets["tag"] == ("Water",)
    assert facets["takes"] == ()


def test_the_digest_tells_any_difference():
    changes = [
        {"docs": "Dusty"}, {"popularity": 1}, {"audiences": ("team:1",)},
        {"tags": ("a", "b")}, {"tags": ("a,b",)}, {"updated_at": 0.5}, {"version": 2},
    ]  # fmt: skip
    digests = {digest_of(replace(DOCUMENT, **change)) for change in changes}
    assert len(digests | {digest_of(DOCUMENT)}) == len(changes) + 1
    assert digest_of(replace(DOCUMENT)) == digest_of(DOCUMENT)


def test_packed_terms_tell_frequencies_of_whole_tokens_only():
    packed = pack_terms({"net": 3, "mobilenet": 12, "n": 1})
    assert [frequency(packed, t) for t in ("net", "mobilenet", "n")] == [3, 12, 1]
    assert [frequency(packed, t) for t in ("mobile", "et", "net:3", "")] == [0] * 4
    assert frequency(pack_terms({}), "net") == 0


def test_repeated_terms_count_as_the_weights_say():
    words = indexed(DOCUMENT).repeated_terms.split()
    assert (words.count("echo"), words.count("dust")) == (5, 1)
    assert len(words) == indexed(DOCUMENT).length


def test_markdown_loses_code_addresses_and_markup():
    text = plain(
        "# Face\n```python\nimport os\n```\nsee https://example.org/x "
        "<b>bold</b> &amp; more\n~~~\nunclosed"
    )
    assert text.split() == ["#", "Face", "see", "bold", "&", "more"]


@pytest.mark.parametrize("text", ["<" * 50_000, "```" * 20_000, "&" * 50_000])
def test_hostile_markdown_is_stripped_in_no_time(text):
    plain(text)


@pytest.mark.parametrize("sort", ["popular", "updated", "name", "stars", "created"])
def test_sort_keys_ascend_in_the_order_of_the_sort(sort):
    names = ["a", "ab", "ab-c", "abc", "b" * 60, "é", "z"]
    documents = [
        replace(
            DOCUMENT,
            id=f"{n:08x}-0000",
            name=name,
            popularity=p,
            updated_at=u,
            stars=p,
            created_at=u,
        )
        for n, (name, p, u) in enumerate(
            (name, p, u) for name in names for p in (0, 7, 10**18) for u in (0.0, 1.5e9)
        )
    ]
    by = {
        "popular": lambda d: (-min(d.popularity, 10**15), d.id),
        "stars": lambda d: (-min(d.stars, 10**15), d.id),
        "updated": lambda d: (-d.updated_at, d.id),
        "created": lambda d: (-d.created_at, d.id),
        "name": lambda d: (d.name, d.id),
    }[sort]
    expected = [d.id for d in sorted(documents, key=by)]
    keys = sorted((indexed(d).keys[sort] for d in documents), key=lambda k: k.text)
    assert [id_of(key.text) for key in keys] == expected
    numbers = [key.numbers for key in keys]
    assert numbers == sorted(numbers)
    assert all(0 <= n < 2**64 for three in numbers for n in three)
    assert [parse_key(sort, key.text) for key in keys] == keys


@pytest.mark.parametrize("text", ["", "x", "12", "x y", "-5 id", f"{10**30} id", "1 "])
def test_a_text_that_is_no_sort_key_is_refused(text):
    with pytest.raises(ValueError, match=r"sort key|invalid literal"):
        parse_key("popular", text)
