"""Listings that tests of the call API publish in the running product."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.live_product import Product

MANIFEST = """
[algorithm]
title = "{name}"
summary = "Made for tests of the call API."
visibility = "{seen_by}"

[version]
number = "{number}"

[run]
timeout = 20
memory = 64
"""
#: a value that may be bytes, as util/Echo takes it
ANYTHING = """{"anyOf": [{}, {"type": "string", "contentMediaType":
"application/octet-stream"}]}"""
ECHO = "def apply(input):\n    return input\n"
BOOM = "def apply(input):\n    raise ValueError('kaput')\n"
ADD_ONE = "def apply(input):\n    return input + 1\n"
CHATTY = """
import os, sys


class OddError(Exception):
    error_type = "OddError"


def apply(input):
    print("called with", input)
    print("☎", file=sys.stderr)
    if input == "fail":
        raise ValueError("kaput")
    if input == "odd":
        raise OddError("odd")
    if input == "exit":
        sys.stdout.flush()
        os._exit(3)
    return input
"""
JOIN = (
    "from accounts.models import Owner, User; "
    "from accounts.services import add_member; "
    "add_member(team=Owner.objects.get(slug='talkers').team, "
    "user=User.objects.get(username='tess'), role='member')"
)
CLOSE = (
    "from catalog.models import Version; "
    "Version.objects.filter(algorithm__name='Closed')"
    ".update(permissions={'source': 'closed'})"
)


def publish(product: Product, root: Path) -> None:
    """Publish what the recorded requests name, and a team's talkative listings."""
    _write(root, "demo/Echo", ECHO, "1.0.3")
    for number in ("0.1.0", "0.1.1"):
        _write(root, "demo/Echo", ECHO, number, below=f".versions/{number}")
    _write(root, "demo/boom", BOOM, "0.1.0")
    _write(root, "docs/JavaAddOne", ADD_ONE, "0.1.0")
    _write(root, "talkers/Chatty", CHATTY, "1.0.0")
    _write(root, "talkers/Whisper", CHATTY, "1.0.0", seen_by="private")
    _write(root, "talkers/Closed", CHATTY, "1.0.0")
    product.command("import_catalog", str(root))
    product.command("shell", "-c", CLOSE)


def _write(
    root: Path,
    reference: str,
    source: str,
    number: str,
    *,
    below: str = "",
    seen_by: str = "public",
) -> None:
    place, name = root / reference / below, reference.partition("/")[2]
    (place / "examples").mkdir(parents=True)
    manifest = MANIFEST.format(name=name, seen_by=seen_by, number=number)
    (place / "algorithm.toml").write_text(manifest)
    (place / "README.md").write_text(f"# {name}\n\nReturns its input.\n")
    (place / "algorithm.py").write_text(source)
    (place / "input.schema.json").write_text(ANYTHING)
    (place / "output.schema.json").write_text("true")
