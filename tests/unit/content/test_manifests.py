"""algorithm.toml."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.content.manifests import (
    AlgorithmTable,
    Manifest,
    ManifestInvalid,
    PermissionsTable,
    RunTable,
    VersionTable,
    manifest_of,
    manifest_text,
    number_key,
    parse_manifest,
)

FULL = """\
# how it is run
[algorithm]
title = "Get sentiment"
summary = "Scores a text."
visibility = "public"

[version]
number = "1.2.0"
notes = "First."

[run]
runtime = "python"
entry = "algorithm.py"
timeout = 10
memory = 256
preload = ["numpy", "PIL.Image"]

[permissions]
calls = ["nlp/*", "media/PutImage"]
fetch = ["api.example.com"]
"""


def refused(text):
    with pytest.raises(ManifestInvalid) as caught:
        parse_manifest(text)
    return caught.value.problems


def test_a_full_manifest_is_read():
    manifest = parse_manifest(FULL)
    assert manifest == Manifest(
        AlgorithmTable("Get sentiment", "Scores a text.", "public"),
        VersionTable("1.2.0", "First."),
        RunTable("python", "algorithm.py", 10, 256, ("numpy", "PIL.Image")),
        PermissionsTable(("nlp/*", "media/PutImage"), ("api.example.com",)),
    )
    assert manifest.number_line == 8


def test_what_is_left_out_has_careful_defaults():
    manifest = parse_manifest('[algorithm]\ntitle = "T"\n[version]\nnumber = "0.1.0"')
    assert manifest.algorithm.visibility == "private"
    assert manifest.run == RunTable("python", "algorithm.py", 30, 512, ())
    assert manifest.permissions == PermissionsTable((), ())


def test_what_may_be_done_with_files_is_written_where_it_is_declared():
    declared = 'data = ["write", "read"]'
    manifest = parse_manifest(
        FULL.replace("[permissions]", f"[permissions]\n{declared}")
    )
    assert manifest.permissions.data == ("write", "read")
    assert parse_manifest(manifest_text(manifest)) == manifest
    assert "data" not in manifest_text(parse_manifest(FULL))
    assert "data" not in parse_manifest(FULL).permissions.as_table()


@pytest.mark.parametrize("given", ['"read"', '["own"]', "[1]", '["read", "read"]'])
def test_other_rights_to_files_are_refused(given):
    with pytest.raises(ManifestInvalid, match=r"\[permissions\] data"):
        parse_manifest(FULL.replace("[permissions]", f"[permissions]\ndata = {given}"))


def test_documentation_alone_has_no_version():
    assert parse_manifest('[algorithm]\ntitle = "T"\n').version is None


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
MANIFESTS = st.builds(
    Manifest,
    st.builds(
        AlgorithmTable,
        TEXT.filter(bool).map(lambda text: text[:120]),
        TEXT.map(lambda text: text[:300]),
        st.sampled_from(["public", "private"]),
    ),
    st.builds(VersionTable, st.just("1.0.0"), TEXT),
    st.builds(
        RunTable,
        timeout=st.integers(1, 3000),
        memory=st.integers(16, 65536),
        preload=st.just(("numpy",)) | st.just(()),
    ),
)


@given(MANIFESTS)
def test_what_is_written_reads_equal(manifest):
    text = manifest_text(manifest)
    assert parse_manifest(text) == manifest
    assert manifest_of(tomllib.loads(text)) == manifest


def test_the_line_of_the_number_is_no_content():
    moved = parse_manifest("\n\n" + FULL)
    assert moved.number_line == 10
    assert moved == parse_manifest(FULL)
    assert "number_line" not in asdict(moved)
    assert replace(moved, algorithm=AlgorithmTable("x")).number_line == 0


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("[run]", "[runs]", 11, "[runs] is not supported; tables are [algorithm]"),
        ("[run]", "[runs]", 11, "Did you mean [run]?"),
        ("[run]", "[backend]", 11, "[backend] is not supported"),
        ("[run]", "[[step]]", 11, "[step] is not supported"),
        ("timeout", "timeuot", 14, "timeuot is not supported; keys of [run] are"),
        ("timeout", "timeuot", 14, "Did you mean timeout?"),
        ('"python"', '"r"', 12, "runtime has to be python; 'r' is not supported"),
        ("10", "3001", 14, "timeout has to be a whole number of seconds, 1 to 3,000"),
        ("10", "true", 14, "timeout has to be a whole number"),
        ("10", "2024-01-01", 14, "timeout has to be a whole number"),
        ("256", "8", 15, "memory has to be a whole number of megabytes, 16 to"),
        ('"1.2.0"', '"1.2"', 8, "number has to be MAJOR.MINOR.PATCH"),
        ('"1.2.0"', '"01.2.0"', 8, "number has to be MAJOR.MINOR.PATCH"),
        ('"1.2.0"', "1.2", 8, "number has to be MAJOR.MINOR.PATCH"),
        ('"public"', '"secret"', 5, "visibility has to be public or private"),
        ('"Get sentiment"', '""', 3, "title has to have 1 to 120 characters"),
        ('"Get sentiment"', "5", 3, "title has to be a text"),
        ('["numpy", "PIL.Image"]', '"numpy"', 16, 'has to be a list such as ["numpy"]'),
        ('"numpy"', '"os; x"', 16, "which is not of the form"),
        ('"nlp/*"', '"nlp"', 19, 'which is not of the form "owner/Name"'),
        ('"api.example.com"', '"http://x"', 20, "which is not of the form"),
        ("= 10", "10", 14, "This is not valid TOML: Expected '='"),
    ],
)
def test_a_refusal_names_the_line_and_what_is_supported(old, new, line, said):
    ((where, sentence),) = refused(FULL.replace(old, new, 1))
    assert said in sentence
    assert where == line
    assert sentence.endswith((".", "?"))


def test_all_problems_are_told_together():
    found = refused(
        FULL.replace("10", "0").replace("256", "0").replace("[perm", "[prem")
    )
    assert [line for line, _said in found] == [14, 15, 18]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[version]\nnotes = 'x'", 1, "[version] number is missing."),
        ("[version]\nnumber = '1.0.0'", 0, "[algorithm] title is missing."),
        ("[algorithm]\nsummary = 'x'", 1, "[algorithm] title is missing."),
        ("[algorithm]\ntitle='x'\n[run]\n", 3, "[run] belongs to it."),
        ("algorithm = 5", 1, "[algorithm] has to be a table."),
        ("", 0, "[algorithm] title is missing."),
        ("a = " + "[" * 5000, 0, "nested too deeply"),
    ],
)
def test_what_is_missing_is_told(text, line, said):
    ((where, sentence),) = refused(text)
    assert said in sentence
    assert where == line


def test_numbers_compare_as_versions_do():
    assert number_key("10.0.0") > number_key("9.9.9")
    with pytest.raises(ValueError, match="MAJOR"):
        number_key("1.0")
