"""Each further literal family is read back by the languages that use it."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.snippets import literals
from catalog.snippets.json_text import parse
from tests.snippets.documents import documents
from tests.snippets.running import GO_CACHE
from tests.snippets.strict_json import strict

END = "\x1e"  # neither JSON text nor an address has it
batches = st.lists(documents, min_size=20, max_size=120)
addresses = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
in_processes = settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)


@dataclass(frozen=True)
class Language:
    """How to print strings: `each` has LITERAL for one, `program` EACH for all."""

    tool: str
    file: str
    run: str
    each: str
    program: str = "EACH"

    def read(self, written, folder):
        """Return what the language takes these literals for."""
        if shutil.which(self.tool) is None:
            pytest.skip(f"{self.tool} is not installed")
        each = "\n".join(self.each.replace("LITERAL", one) for one in written)
        program = self.program.replace("EACH", each)
        (folder / self.file).write_text(program, encoding="utf-8")
        done = subprocess.run(
            ["sh", "-c", self.run],
            cwd=folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(folder),
                "LC_ALL": "C.UTF-8",
                "GOCACHE": GO_CACHE,
            },
            capture_output=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().split(END)[:-1]


RUBY = Language("ruby", "r.rb", "ruby r.rb", 'text = LITERAL\nprint text, "\\x1e"')
PHP = Language(
    "php", "r.php", "php r.php", '$text = LITERAL;\necho $text, "\\x1e";', "<?php\nEACH"
)
PERL = Language("perl", "r.pl", "perl r.pl", 'print LITERAL\n, "\\x1e";')
R = Language("Rscript", "r.R", "Rscript r.R", 'cat(LITERAL, "\\x1e", sep = "")')
GO = Language(
    "go",
    "r.go",
    "go run r.go",
    "LITERAL,",
    'package main\nimport "os"\nfunc main() {\n'
    "for _, text := range []string{\nEACH\n} {\n"
    'os.Stdout.WriteString(text + "\\x1e")\n}\n}',
)
JAVA = Language(
    "javac",
    "R.java",
    "java R.java",
    "LITERAL,",
    "class R { public static void main(String[] words) {\n"
    'for (var text : new String[] {\nEACH\n}) System.out.print(text + "\\036");\n}}',
)
CSHARP = Language(
    "mcs",
    "R.cs",
    "mcs R.cs && mono R.exe",
    "LITERAL,",
    "class R { static void Main() {\nforeach (var text in new string[] {\nEACH\n})"
    ' System.Console.Write(text + "\\x1e");\n}}',
)


def ruby_heredoc(text):
    return f"<<'JSON'\n{literals.heredoc(text)}"


def php_nowdoc(text):
    return f"<<<'JSON'\n{literals.heredoc(text)}"


@pytest.mark.parametrize(
    ("language", "literal", "avoid"),
    [
        (RUBY, ruby_heredoc, ""),
        (PERL, ruby_heredoc, ""),
        (PHP, php_nowdoc, ""),
        (GO, literals.backticked, "`"),
        (JAVA, literals.text_block, ""),
        (CSHARP, literals.verbatim, ""),
        (R, literals.dashed_raw, ""),
    ],
    ids=lambda value: getattr(value, "tool", ""),
)
@in_processes
@given(sources=batches)
def test_json_text_is_read_back(language, literal, avoid, sources, tmp_path):
    texts = [parse(source).pretty(avoid=avoid) for source in sources]
    read = language.read([literal(text) for text in texts], tmp_path)
    assert [text.removesuffix("\n") for text in read] == texts


@pytest.mark.parametrize(
    ("language", "literal"),
    [
        (RUBY, literals.single_quoted),
        (PHP, literals.single_quoted),
        (PERL, literals.single_quoted),
        (GO, literals.double_quoted),
        (JAVA, literals.double_quoted),
        (CSHARP, literals.double_quoted),
        (R, literals.double_quoted),
    ],
    ids=lambda value: getattr(value, "tool", ""),
)
@in_processes
@given(values=st.lists(addresses, min_size=20, max_size=120))
def test_an_address_or_key_is_read_back(language, literal, values, tmp_path):
    assert language.read([literal(value) for value in values], tmp_path) == values


@pytest.mark.parametrize("length", [1300, 4000, 20_000])
@pytest.mark.parametrize("char", ["é", "你", "\N{GRINNING FACE}"])
def test_r_takes_a_long_line_of_any_characters(char, length, tmp_path):
    source = f'["{char * length}", "{char}"]'
    (read,) = R.read([literals.dashed_raw(parse(source).pretty())], tmp_path)
    assert strict(read) == strict(source)


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (literals.double_quoted, "ä"),
        (literals.single_quoted, "a\nb"),
        (literals.heredoc, "1\n  JSON;"),
        (literals.backticked, "`"),
        (literals.backticked, "\r"),
        (literals.text_block, '"""'),
        (literals.text_block, "1 \n2"),
    ],
)
def test_a_text_that_a_family_cannot_hold_is_refused(function, text):
    with pytest.raises(literals.UnfitText):
        function(text)
