"""One program sees the same files with the published client outside and ours inside."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("live")]

#: as a caller of either client would write it; says what each step gave
STORY = """
from Algorithmia.acl import AclType, ReadAcl
from Algorithmia.errors import ApiError, DataApiError


def told(step):
    try:
        return step()
    except DataApiError as error:
        return "DataApiError: " + str(error)
    except (TypeError, ValueError) as error:
        return type(error).__name__


def story(client, name):
    folder = client.dir("data://.my/" + name)
    said = [client.username(), folder.exists(), folder.getName()]
    folder.create(ReadAcl.private)
    said += [folder.exists(), folder.get_permissions().read_acl.pseudonym]
    folder.update_permissions(ReadAcl.public)
    said += [folder.get_permissions().read_acl is AclType.public]

    text = folder.file("text.txt")
    said += [text.exists(), text.path.endswith("text.txt"), text.is_file()]
    said += [told(text.getString), text.put("h\\u00e9llo") is text, text.exists()]
    said += [text.getString(), list(text.getBytes()), text.getName(), text.url]
    with text.getFile() as opened:
        said.append(opened.read())
    said += [text.putJson({"a": [1, None]}) is text, text.getJson()]
    path = text.getFile(as_path=True)
    said += [folder.file("copy.json").putFile(path).getJson()]
    big = folder.file("big.bin")
    big.put(bytes(range(256)) * 12_000)
    said += [len(big.getBytes()), big.getBytes()[-3:] == bytes([253, 254, 255])]
    said.append(told(lambda: text.put(3)))

    names = sorted(each.getName() for each in folder.files())
    sizes = sorted(each.size for each in folder.list())
    kinds = {type(each.last_modified).__name__ for each in folder.files()}
    said += [names, sizes, sorted(kinds), list(folder.dirs())]
    said += [text.delete(), text.exists(), told(text.delete)]
    said += [told(folder.delete), folder.delete(force=True), folder.exists()]
    said += [told(client.file("data://.my/none/a").getBytes)]
    # Not told: a refused put, which outside is a bare Exception without a message.
    return said
"""
OUTSIDE = """
import json, sys
import Algorithmia
{story}
client = Algorithmia.client(sys.argv[1], sys.argv[2])
print(json.dumps(story(client, "outside")))
"""
INSIDE = """
import Algorithmia
{story}

def apply(input):
    return story(Algorithmia.client(), "outside")
"""
MANIFEST = """[algorithm]
title = "A story"
visibility = "public"

[version]
number = "1.0.0"

[permissions]
data = ["read", "write"]
"""


@pytest.fixture
def data_key(product, run_key):
    return product.command("create_key", "--user", "ada", "--scope", "run", "data")


def outside(product, key):
    program = OUTSIDE.format(story=STORY)
    done = subprocess.run(
        [sys.executable, "-c", program, key, product.url],
        env={k: v for k, v in os.environ.items() if not k.startswith("ALGORITHMIA")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def inside(product, key, tmp_path):
    folder = tmp_path / "stories" / "Files"
    folder.mkdir(parents=True)
    (folder / "algorithm.py").write_text(INSIDE.format(story=STORY))
    (folder / "algorithm.toml").write_text(MANIFEST)
    (folder / "README.md").write_text("Tells what became of files.")
    product.command("import_catalog", str(folder))
    status, _headers, body = product.request(
        "POST",
        "/v1/algo/stories/Files",
        body=b"null",
        headers={"Authorization": key, "Content-Type": "application/json"},
    )
    assert status == 200, body
    return json.loads(body)["result"]


def test_the_same_program_says_the_same_inside_and_outside(product, data_key, tmp_path):
    first = outside(product, data_key)
    assert first[0] == "ada"
    assert inside(product, data_key, tmp_path) == first
