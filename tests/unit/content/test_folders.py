"""Algorithm folders: read with all their problems, found, and written."""

from __future__ import annotations

import json
import os

import pytest

from catalog.content.folders import (
    FolderInvalid,
    content_digest,
    find_folders,
    read_folder,
    write_folder,
)

FILES = {
    "README.md": b"---\nlicense: mit\n---\n\n# Get sentiment\n",
    "algorithm.toml": b'[algorithm]\ntitle = "T"\n\n[version]\nnumber = "1.2.0"\n',
    "algorithm.py": b"import words\n\ndef apply(input):\n    return len(input)\n",
    "words.py": b"WORDS = []\n",
    "assets/words.txt": b"a\nb\n",
    "input.schema.json": b'{"type": "string", "maxLength": 5}',
    "output.schema.json": b'{"type": "integer"}',
    "examples/02-b.json": b'{"title": "B", "input": "bb"}',
    "examples/01-a.json": b'{"title": "A", "input": "a", "output": 1}',
}


@pytest.fixture
def make(tmp_path):
    def folder(place="nlp/GetSentiment", /, **changes):
        """Make a folder of FILES; changes are by name, None leaves one out."""
        path = tmp_path / place
        for name, data in {**FILES, **changes.get("files", {})}.items():
            if data is not None:
                (path / name).parent.mkdir(parents=True, exist_ok=True)
                (path / name).write_bytes(data)
        return path

    return folder


def refused(path, **options):
    with pytest.raises(FolderInvalid) as caught:
        read_folder(path, **options)
    return [
        (problem.file.removeprefix(f"{path}/"), problem.line, problem.message)
        for problem in caught.value.problems
    ]


def test_a_whole_folder_is_read(make):
    folder = read_folder(make())
    assert (folder.owner, folder.name, folder.number) == (
        "nlp",
        "GetSentiment",
        (1, 2, 0),
    )
    assert folder.manifest.algorithm.title == "T"
    assert folder.card.meta == {"license": "mit"}
    assert folder.card_source == FILES["README.md"].decode()
    assert folder.input_schema == {"type": "string", "maxLength": 5}
    assert folder.raw == FILES
    assert set(folder.files) == {"algorithm.py", "words.py", "assets/words.txt"}
    assert [example.title for example in folder.examples] == ["A", "B"]
    assert [example.output_text for example in folder.examples] == ["1", ""]


def test_the_owner_may_be_given(make):
    assert read_folder(make(), owner="ada").owner == "ada"


def test_schemas_and_examples_may_be_absent(make):
    optional = [name for name in FILES if name.endswith(".json")]
    folder = read_folder(make(files=dict.fromkeys(optional)))
    assert folder.input_schema == {}
    assert folder.examples == []


def test_hidden_files_and_bytecode_are_no_part_of_it(make):
    path = make(
        files={
            ".git/config": b"x",
            ".adk": b"",
            "__pycache__/algorithm.cpython-311.pyc": b"x",
            "lib/__pycache__/x.pyc": b"x",
            "old.pyc": b"x",
        }
    )
    assert read_folder(path).raw == FILES


def test_documentation_alone_needs_only_a_card(make):
    only = dict.fromkeys(FILES) | {"README.md": FILES["README.md"]}
    folder = read_folder(make(files=only))
    assert folder.manifest.version is None
    assert folder.number == (0, 0, 0)
    assert folder.manifest.algorithm.title == "GetSentiment"


def test_an_example_says_what_of_its_output_varies(make):
    source = b'{"title": "A", "input": "a", "output": 1, "varies": [""]}'
    folder = read_folder(make(files={**FILES, "examples/01-a.json": source}))
    assert [example.varies for example in folder.examples] == [("",), ()]


def test_an_example_keeps_its_numbers_as_they_are_written(make):
    source = (
        b'{\n  "title": "Exact",\n  "input": {\n    "a": 1.50,\n'
        b'    "n": [\n      123456789012345678901234567890\n    ]\n  },\n'
        b'  "output": -0.0\n}\n'
    )
    nothing = {"input.schema.json": None, "output.schema.json": None}
    folder = read_folder(make(files={**nothing, "examples/01-a.json": source}))
    example = folder.examples[0]
    assert example.input_text == (
        '{\n  "a": 1.50,\n  "n": [\n    123456789012345678901234567890\n  ]\n}'
    )
    assert example.output_text == "-0.0"
    assert json.loads(example.input_text) == example.input


def test_source_may_serve_apply_in_the_ways_of_the_clients(make):
    for source in (
        b"from Algorithmia import ADK\nalgorithm = ADK(run)\nalgorithm.init('x')\n",
        b"import Algorithmia\nAlgorithmia.handler(run).serve()\n",
        b"from words import score as apply\n",
        b"apply = len\n",
        b"if 1:\n    async def apply(input): ...\n",
        b"x = '\\d'\ndef apply(input): ...\n",
    ):
        assert read_folder(make(files={"algorithm.py": source}))


@pytest.mark.parametrize(
    ("files", "file", "line", "said"),
    [
        ({"README.md": None}, "README.md", 0, "README.md is missing"),
        ({"README.md": b"\xff"}, "README.md", 0, "not UTF-8"),
        ({"README.md": b"---\na: [\n---\n"}, "README.md", 3, "front matter"),
        ({"README.md": b"x" * 300_000}, "README.md", 0, "larger than 256 KB"),
        ({"algorithm.toml": None}, "algorithm.toml", 0, "algorithm.toml is missing"),
        ({"algorithm.toml": b"[run\n"}, "algorithm.toml", 1, "not valid TOML"),
        ({"algorithm.toml": b"\xff"}, "algorithm.toml", 0, "not UTF-8"),
        (
            {"algorithm.toml": b'[algorithm]\ntitle = "T"\n'},
            *("algorithm.toml", 0, "number is missing; the folder has a source"),
        ),
        ({"algorithm.py": None}, "algorithm.toml", 0, "entry names algorithm.py"),
        ({"algorithm.py": b"\ndef apply(:\n"}, "algorithm.py", 2, "not valid Python"),
        ({"algorithm.py": b"x = 1\n"}, "algorithm.py", 0, "defines no apply(input)"),
        ({"algorithm.py": b"x = '\0'"}, "algorithm.py", 0, "not valid Python"),
        ({"algorithm.py": b"(" * 5000}, "algorithm.py", 1, "not valid Python"),
        ({"algorithm.py": b"-" * 90_000 + b"1"}, "algorithm.py", 0, "not valid Python"),
        ({"words.py": b"1 +\n"}, "words.py", 1, "not valid Python"),
        ({"words.py": b"#" * 1_100_000}, "words.py", 0, "larger than 1 MB"),
        ({"input.schema.json": b'{"a": 1,\n}'}, "input.schema.json", 1, "trailing"),
        (
            {"input.schema.json": b'{"properties": {"a": {"type": "text"}}}'},
            *("input.schema.json", 0, "/properties/a/type is no JSON Schema type"),
        ),
        (
            {"input.schema.json": b'{"$ref": "file:///etc/passwd"}'},
            *("input.schema.json", 0, "/$ref may only refer to a place in this schema"),
        ),
        (
            {"input.schema.json": b'{"description": "' + b"x" * 300_000 + b'"}'},
            *("input.schema.json", 0, "larger than 256 KB"),
        ),
        (
            {"examples/01-a.json": b'{\n"title": "A",\n"input": "too long"}'},
            *("examples/01-a.json", 3, "/input must have at most 5 characters"),
        ),
        (
            {"examples/01-a.json": b'{"title": "A", "input": "a", "output": "1"}'},
            *("examples/01-a.json", 1, '/output must be a whole number; you sent "1"'),
        ),
        (
            {"examples/01-a.json": b'{"title": "A", "title": "B", "input": "a"}'},
            *("examples/01-a.json", 1, 'The key "title" occurs twice'),
        ),
        (
            {"examples/01-a.json": b'{"title": "A", "input": NaN}'},
            *("examples/01-a.json", 1, "NaN and Infinity"),
        ),
        (
            {"examples/01-a.json": b'{"title": "A",\n"inputs": 1, "input": "a"}'},
            *("examples/01-a.json", 2, "Did you mean input?"),
        ),
        ({"examples/01-a.json": b'{"title": "A"}'}, "examples/01-a.json", 1, "missing"),
        *(
            (
                {
                    "examples/01-a.json": b'{"title": "A", "input": "a", '
                    b'%b\n"varies": %b}' % (output, varies)
                },
                *("examples/01-a.json", 2, "varies has to be a list of pointers"),
            )
            for output, varies in (
                (b"", b'[""]'),
                (b'"output": 1,', b'"/a"'),
                (b'"output": 1,', b'["/a"]'),
                (b'"output": 1,', b'["a"]'),
                (b'"output": 1,', b"[3]"),
                (b'"output": 1,', b"[[]]"),
            )
        ),
        (
            {"examples/01-a.json": b'{"title": " ", "input": "a"}'},
            *("examples/01-a.json", 1, "title has to be a text"),
        ),
        ({"examples/01-a.json": b"[]"}, "examples/01-a.json", 1, "is an object"),
        ({"a\\b.txt": b""}, "a\\b.txt", 0, "The name is refused"),
        ({"a\nb.txt": b""}, "a\nb.txt", 0, "The name is refused"),
    ],
)
def test_a_bad_folder_is_refused_with_file_and_line(make, files, file, line, said):
    found = refused(make(files=files))
    assert [(name, at) for name, at, _said in found] == [(file, line)]
    assert said in found[0][2]


def test_all_problems_are_told_together(make):
    found = refused(
        make(
            files={
                "README.md": None,
                "algorithm.toml": FILES["algorithm.toml"] + b"[rum]\n",
                "input.schema.json": b"{",
                "words.py": b"(",
                "examples/02-b.json": b"{}",
            }
        )
    )
    assert {name for name, _line, _said in found} == {
        "README.md",
        "algorithm.toml",
        "input.schema.json",
        "examples/02-b.json",
    }


def test_a_folder_prints_its_problems_one_a_line(make):
    path = make(files={"algorithm.py": b"\n(", "README.md": None})
    with pytest.raises(FolderInvalid) as caught:
        read_folder(path)
    lines = str(caught.value).splitlines()
    assert lines[0].startswith(f"{path}/README.md: README.md is missing")
    assert lines[1].startswith(f"{path}/algorithm.py:2: This is not valid Python")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("nlp/Über", "Über cannot be the name of an algorithm."),
        ("nlp/a b", "a b cannot be the name of an algorithm."),
        ("nlp/a.json", "a.json cannot be the name of an algorithm."),
        ("nlp/" + "a" * 100, "a" * 100 + " cannot be the name of an algorithm."),
        ("n.lp/A", "n.lp cannot be the name of an owner."),
        ("-nlp/A", "-nlp cannot be the name of an owner."),
    ],
)
def test_names_follow_the_rule(make, place, said):
    assert [message for _file, _line, message in refused(make(place))] == [said]


def test_links_and_pipes_are_refused_and_not_followed(make, tmp_path):
    path = make()
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key").write_text("hunter2", encoding="utf-8")
    (path / "link.txt").symlink_to(tmp_path / "secret" / "key")
    (path / "linked").symlink_to(tmp_path / "secret")
    os.mkfifo(path / "pipe")
    found = refused(path)
    assert [name for name, _line, _said in found] == ["link.txt", "linked", "pipe"]


def test_a_folder_over_the_limit_is_refused_without_reading_it(make):
    path = make()
    for name in ("a.bin", "b.bin"):
        with (path / name).open("wb") as file:
            file.truncate(60 * 1024 * 1024)
    assert "The folder is larger than 100 MB." in {said for *_at, said in refused(path)}


def test_a_tree_is_found_older_versions_first(make, tmp_path):
    old = FILES["algorithm.toml"].replace(b"1.2.0", b"1.0.0")
    older = FILES["algorithm.toml"].replace(b"1.2.0", b"0.10.0")
    only_card = dict.fromkeys(FILES) | {"README.md": b"# Doc"}
    make("nlp/Get/.versions/1.0.0", files={"algorithm.toml": old})
    make("nlp/Get/.versions/0.10.0", files={"algorithm.toml": older})
    make("nlp/Get")
    make("ada/Doc", files=only_card)
    make("ada/.hidden/Doc", files=only_card)
    (tmp_path / "README.md").write_text("about the tree", encoding="utf-8")
    found = find_folders(tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "ada/Doc",
        "nlp/Get/.versions/0.10.0",
        "nlp/Get/.versions/1.0.0",
        "nlp/Get",
    ]
    assert find_folders(tmp_path / "nlp") == found[1:]
    assert find_folders(tmp_path / "nlp" / "Get") == found[1:]
    assert [read_folder(path).number for path in found[1:]] == [
        (0, 10, 0),
        (1, 0, 0),
        (1, 2, 0),
    ]
    assert {(f.owner, f.name) for f in map(read_folder, found[1:])} == {("nlp", "Get")}


def test_history_has_to_stand_under_its_number(make):
    found = refused(make("nlp/Get/.versions/1.0.0"))
    assert found == [
        (
            *("algorithm.toml", 5),
            "[version] number is 1.2.0, but the folder is 1.0.0.",
        )
    ]


def test_nothing_is_found_where_there_is_nothing(tmp_path):
    assert find_folders(tmp_path) == []
    assert find_folders(tmp_path / "absent") == []


def test_a_relative_path_is_as_good(make, monkeypatch):
    monkeypatch.chdir(make())
    (found,) = find_folders(type(make())())
    assert read_folder(found).name == "GetSentiment"


def test_what_is_written_reads_the_same(tmp_path):
    path = tmp_path / "nlp" / "Get"
    write_folder(path, FILES)
    assert read_folder(path).raw == FILES


def test_writing_replaces_everything_but_what_is_hidden(tmp_path):
    path = tmp_path / "nlp" / "Get"
    write_folder(path, {"a/b/c.txt": b"1", "d": b"1", "keep.txt": b"old"})
    write_folder(path / ".versions" / "1.0.0", {"x": b"1"})
    write_folder(path, {"d/e.txt": b"2", "a": b"2", "keep.txt": b"new"})
    found = {p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file()}
    assert found == {"d/e.txt", "a", "keep.txt", ".versions/1.0.0/x"}
    assert (path / "keep.txt").read_bytes() == b"new"


def test_writing_never_leaves_the_folder(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    path = tmp_path / "nlp"
    for name in ("../x", "/x", "a/../../x", "", "a//b", "c:/x"):
        with pytest.raises(ValueError, match=r"not allowed|has 1 to"):
            write_folder(path, {name: b""})
    assert not path.exists()
    path.mkdir()
    (path / "assets").symlink_to(outside)
    write_folder(path, {"assets/x": b"1"})
    assert list(outside.iterdir()) == []


def test_the_digest_depends_on_names_and_bytes_alone():
    digest = content_digest(FILES)
    assert content_digest(dict(reversed(FILES.items()))) == digest
    assert len(digest) == 64
    others = [
        {**FILES, "words.py": b""},
        {**FILES, "more": b""},
        {"a": b"bc"},
        {"ab": b"c"},
        {"a": b"b", "c": b""},
        {},
    ]
    assert len({content_digest(files) for files in others} | {digest}) == 7
