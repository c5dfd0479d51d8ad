"""Write training/texts.tsv.xz from the translation catalogs of an installed Django.

Needed only to renew the data: `python collect.py`. A line holds the English text's
number, a language and a text. What was collected lies beside it, from Django 5.2.19.
"""

from __future__ import annotations

import gettext
import importlib.util
import lzma
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
LANGUAGES = (
    "ar cs da de el en es fa fi fr he hi hu id it ja ko nb nl pl pt ro ru sv tr uk vi "
    "zh_Hans"
).split()
# Placeholders, markup, addresses and format letters are no language.
NO_TEXT = re.compile(
    r"%\(\w+\)\w|%\w|\{[^}]*\}|<[^>]*>|&\w+;|https?:\S+|\\\w|[“”\"‘’«»„]"
)
LEAST_LETTERS = 4


def messages(language: str) -> dict[str, list[str]]:
    """Return English text -> translations, one for each plural form."""
    spec = importlib.util.find_spec("django")
    assert spec is not None and spec.origin is not None
    found: dict[str, list[str]] = {}
    for file in sorted(Path(spec.origin).parent.rglob(f"{language}/LC_MESSAGES/*.mo")):
        with file.open("rb") as stream:
            catalog = gettext.GNUTranslations(stream)._catalog  # type: ignore
        for key, text in catalog.items():
            english = key[0] if isinstance(key, tuple) else key
            if english and text != english:
                found.setdefault(english.rpartition("\x04")[2], []).append(text)
    return found


def cleaned(text: str) -> str:
    """Return the words of a text; empty if they are too few."""
    words = " ".join(NO_TEXT.sub(" ", text).split())
    return words if sum(map(str.isalpha, words)) >= LEAST_LETTERS else ""


def main() -> None:
    catalogs = {code: messages(code) for code in LANGUAGES}
    english = sorted({text for catalog in catalogs.values() for text in catalog})
    catalogs["en"] = {text: [text] for text in english}
    lines = []
    for number, key in enumerate(english):
        for code, catalog in catalogs.items():
            for text in sorted({*map(cleaned, catalog.get(key, []))} - {""}):
                lines.append(f"{number}\t{code.partition('_')[0]}\t{text}\n")
    raw = "".join(lines).encode()
    (HERE / "training/texts.tsv.xz").write_bytes(lzma.compress(raw, preset=9))
    print(f"{len(lines):,} texts, {len(raw):,} bytes")


if __name__ == "__main__":
    main()
