"""A limited key searches as if nothing outside its rules were there, on each engine."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from dataclasses import replace

import pytest
from search_contract import (
    SORTS,
    Oracle,
    answer,
    as_dict,
    assert_as_the_oracle_says,
    suggested,
    walk,
)
from search_documents import all_documents, document

from accounts.rules import parse_rule
from accounts.viewers import KeyViewer
from catalog.search import SearchRequest
from catalog.search.base import FACET_FIELDS, FACETS, BadCursor
from catalog.visibility import access_for

GENERATED = [d for d in all_documents() if d.owner == "ada"]
SECRET = next(d for d in all_documents() if "team:1" in d.audiences)
RULES = {
    "one owner": ["algo://ada/*"],
    "one owner in another case": ["algo://ADA/*"],
    "two owners": ["algo://nlp/*", "algo://Vision-Lab/*"],
    "one entry": ["algo://nlp/GetSentiment"],
    "one entry in another case": ["algo://NLP/getsentiment"],
    "entries and an owner": [
        "algo://speech/*",
        f"algo://Ada/{GENERATED[0].name.upper()}",
        f"algo://ada/{GENERATED[1].name.lower()}",
    ],
    "a private owner": [f"algo://{SECRET.owner}/*", "algo://util/*"],
    "a private entry": [f"algo://{SECRET.owner.upper()}/{SECRET.name}"],
    "what is not there": ["algo://nobody/*", "algo://nlp/Nothing"],
    "a name under the wrong owner": ["algo://ada/GetSentiment"],
    "twenty": [f"algo://ada/{entry.name}" for entry in GENERATED][:20],
}
ASKED = ["", "sentiment of english text", "Classified detector", "nlp/GetSentiment"]
FILTERS = [{}, {"task": ("object-detection",)}, {"owner": ("ada", "nlp", "secret-0")}]


def key_of(*rules, team=1) -> KeyViewer:
    """The viewer behind a key of a team, which needs no database."""
    return KeyViewer("team", team_id=team, rules=tuple(map(parse_rule, rules)))


def covered(rules) -> list:
    """Documents of the team's reach within rules: each rule by itself, by hand."""
    found = []
    for entry in all_documents():
        named = f"algo://{entry.owner}/{entry.name}".lower()
        is_within = any(
            named == rule.lower()
            or (rule.endswith("/*") and named.startswith(rule[:-1].lower()))
            for rule in rules
        )
        if is_within and {"public", "team:1"} & set(entry.audiences):
            found.append(entry)
    return found


@pytest.mark.parametrize("rules", RULES)
def test_the_whole_list_is_what_the_rules_name(backend, rules):
    access = access_for(key_of(*RULES[rules]))
    expected = {entry.id for entry in covered(RULES[rules])}
    for sort in SORTS:
        page = backend.search(SearchRequest(sort=sort, limit=3), access)
        assert page.total == len(expected)
        ids = walk(backend, SearchRequest(sort=sort, limit=3), access)
        assert (len(ids), set(ids)) == (len(expected), expected)


@pytest.mark.parametrize("rules", RULES)
def test_totals_facets_and_pages_are_those_of_brute_force(backend, oracle, rules):
    access = access_for(key_of(*RULES[rules]))
    for text, filters in itertools.product(ASKED, FILTERS):
        request = SearchRequest(text=text, filters=filters, limit=4)
        assert_as_the_oracle_says(backend, oracle, request, access)
    request = SearchRequest(facets=FACET_FIELDS, filter='NOT tag = "onnx"', limit=4)
    assert_as_the_oracle_says(backend, oracle, request, access)


@pytest.mark.parametrize("rules", RULES)
def test_suggestions_are_within_the_rules_and_counted_there(backend, rules):
    access = access_for(key_of(*RULES[rules]))
    entries = covered(RULES[rules])
    expected = {entry.id for entry in entries}
    for prefix in ("cl", "classified", "Deep", "ge", "speech", "GetSent", "v1"):
        assert set(suggested(backend, prefix, access, limit=100)) <= expected
    for entry in entries:
        assert entry.id in suggested(backend, entry.name, access, limit=100)
    counts = {
        "task": Counter(entry.task for entry in entries),
        "owner": Counter(entry.owner for entry in entries),
        "tag": Counter(tag for entry in entries for tag in entry.tags),
    }
    for letter in "acdlmnosv":
        for kind, counted in counts.items():
            for found in backend.suggest(letter, access, limit=100, kinds=(kind,)):
                assert found.count == counted[found.value]


@pytest.mark.parametrize("rules", RULES)
def test_what_is_outside_changes_no_answer(make, rules):
    """The same answers as where nothing else was ever listed, but for words' weights.

    Scores come from all public words; so orders by relevance are compared as sets.
    """
    access = access_for(key_of(*RULES[rules]))
    beside, alone = make(all_documents()), make(covered(RULES[rules]))
    for sort, filters in itertools.product(SORTS[1:], FILTERS):
        request = SearchRequest(sort=sort, filters=filters, limit=5)
        assert answer(beside, request, access) == answer(alone, request, access)
    for facet in FACETS:
        request = SearchRequest(facets=(facet,))
        found = beside.search(request, access).facets
        assert dict(found[facet]) == dict(alone.search(request, access).facets[facet])


def test_rules_and_filters_narrow_each_other(backend):
    access = access_for(key_of("algo://ada/*"))
    for filters in ({"owner": ("nlp",)}, {"owner": ("ADA-else",)}):
        page = backend.search(SearchRequest(filters=filters), access)
        assert (page.ids, page.total) == ((), 0)
    wide = 'owner = "nlp" OR NOT owner = "ada" OR visibility = "public"'
    page = backend.search(SearchRequest(filter=wide, facets=("owner",)), access)
    assert {value for value, _count in page.facets["owner"]} <= {"ada"}


def test_a_cursor_of_a_wider_key_leads_to_nothing_outside(backend):
    wide = access_for(key_of())
    narrow = access_for(key_of("algo://ada/*"))
    inside = {entry.id for entry in covered(["algo://ada/*"])}
    for sort in SORTS:
        request = SearchRequest(sort=sort, limit=3)
        page = backend.search(request, wide)
        further = SearchRequest(**{**as_dict(request), "after": page.cursor})
        try:
            reached = backend.search(further, narrow)
        except BadCursor:
            continue
        assert set(reached.ids) <= inside
        assert reached.total == len(inside)


def test_two_keys_of_one_team_share_no_answer(backend):
    """What is worked out once is kept by reach, not by team alone."""
    ada, nlp = access_for(key_of("algo://ada/*")), access_for(key_of("algo://nlp/*"))
    for _again in range(2):
        for access, owner in ((ada, "ada"), (nlp, "nlp")):
            found = backend.suggest(owner[:2], access, kinds=("owner",))
            assert [each.value for each in found] == [owner]


def test_a_rule_is_no_pattern(make):
    """Underscores, dots and stars of names are letters like others."""
    names = ["a_b", "aXb", "a.b", "a-b", "ab"]
    documents = [
        document(number, owner="o_p", name=name, title=name)
        for number, name in enumerate(names)
    ]
    documents.append(document(99, owner="oXp", name="a_b", title="other"))
    backend = make(documents)
    for number, name in enumerate(names):
        access = access_for(key_of(f"algo://o_p/{name}"))
        page = backend.search(SearchRequest(), access)
        assert page.ids == (documents[number].id,)
    page = backend.search(SearchRequest(), access_for(key_of("algo://o_p/*")))
    assert set(page.ids) == {entry.id for entry in documents[:-1]}


def test_a_rule_holds_after_a_document_moves_in_and_out(make):
    entry = document(1, owner="ada", name="One", title="One")
    backend = make([entry])
    access = access_for(key_of("algo://ada/*"))
    assert backend.search(SearchRequest(), access).total == 1
    moved = replace(entry, version=2, owner="grace")
    backend.update([moved], position=2)
    assert backend.search(SearchRequest(), access).total == 0
    private = replace(entry, version=3, audiences=("team:1",))
    backend.update([private], position=3)
    assert backend.search(SearchRequest(), access).total == 1
    other = access_for(key_of("algo://ada/*", team=2))
    assert backend.search(SearchRequest(), other).total == 0


def test_the_oracle_itself_reads_rules_as_the_hand_does():
    oracle = Oracle(all_documents())
    for rules in RULES.values():
        access = access_for(key_of(*rules))
        seen = {d.id for d in oracle.documents if oracle.sees(access, d)}
        assert seen == {entry.id for entry in covered(rules)}, json.dumps(rules)
