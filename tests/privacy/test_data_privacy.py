"""Nobody learns from the data store what is not theirs: two worlds, the same bytes.

The worlds differ in private directories alone. Every request of everybody else is
answered alike in both, to the byte, headers and status included.
"""

from __future__ import annotations

import itertools

import pytest
from django.db import transaction

from accounts.keys import create_key
from accounts.services import add_member, create_team
from catalog.models import DataDirectory, DataFile
from catalog.services import data_directories, data_store, teams
from catalog.services.callers import caller_on_page
from catalog.services.errors import BadRequest
from tests.conftest import person
from tests.wire.data_asking import ask

pytestmark = pytest.mark.django_db

PATHS = [
    "",
    "ada",
    "ada/",
    "visionlab",
    "ada/secret",
    "ada/secret/",
    "ADA/secret",
    "ada/secret/a",
    "ada/secret/b",
    "ada/secret/a/b",
    "visionlab/secret",
    "visionlab/secret/a",
    "visionlab/secret/b",
    "ada/.algo",
    ".algo",
    ".algo/ada/Keeper/perm/a",
    ".my",
    ".my/secret",
    ".my/secret/a",
    "ada/open",
    "ada/open/a",
]
REQUESTS = [
    ("GET", "", b""),
    ("GET", "?acl=true", b""),
    ("GET", "?marker=c2U", b""),
    ("HEAD", "", b""),
    ("PUT", "", b"x"),
    ("POST", "", b'{"name":"secret"}'),
    ("POST", "", b"secret"),
    ("PATCH", "", b'{"acl":{"read":["user://*"]}}'),
    ("DELETE", "", b""),
    ("DELETE", "?force=true", b""),
]
#: what tells the time, or how many requests a key has left
PASSING = {"date", "ratelimit", "ratelimit-policy", "last-modified"}


@pytest.fixture
def outsiders(charlie, carol, grace, linus, vision_lab, ada):
    """Keys of everybody whom neither ada's nor the team's private data concerns."""
    fellows = create_team(slug="fellows", name="Fellows", created_by=charlie)
    add_member(team=fellows, user=carol, role="owner")

    def key(**given):
        return create_key(name="data", **{"scopes": ["data"], **given}).secret

    return {
        "nobody": None,
        "a stranger": key(user=charlie),
        "a curator": key(user=carol),
        "another team": key(team=fellows),
        "ada within other rules": key(user=ada, rules=["algo://fellows/*"]),
        "ada within a rule for a name": key(user=ada, rules=["algo://ada/secret"]),
        "grace within other rules": key(user=grace, rules=["algo://grace/*"]),
        "linus without the scope": key(user=linus, scopes=["read", "run", "write"]),
    }


def in_both_worlds(key) -> dict:
    """Ask everything; each answer is taken back."""
    found = {}
    for path, (method, query, body) in itertools.product(PATHS, REQUESTS):
        with transaction.atomic():
            answer = ask(method, f"/v1/data/{path}{query}", body, key=key)
            transaction.set_rollback(True)
        headers = {
            name: value for name, value in answer.headers.items() if name not in PASSING
        }
        found[method, path, query, body] = (answer.status, headers, answer.body)
    return found


def fill(user, parent, name, read):
    caller = caller_on_page(user, "")
    data_directories.create_directory(
        caller=caller, parent=parent, name=name, read=read
    )
    data_store.put_file(caller=caller, path=f"{parent}/{name}/a", chunks=[b"hidden"])


def test_private_and_missing_are_one_answer_for_everybody_else(
    outsiders, ada, grace, vision_lab, charlie
):
    fill(ada, "ada", "open", "public")
    without = {who: in_both_worlds(key) for who, key in outsiders.items()}
    for name, read in (("secret", "private"), ("secret2", "my_algos")):
        fill(ada, "ada", name, read)
        fill(grace, "visionlab", name, read)
    kept = DataDirectory.objects.create(
        owner=ada.owner, name=".algo/ada/keeper/perm", read="private"
    )
    blob = DataFile.objects.first().blob
    DataFile.objects.create(directory=kept, name="a", blob=blob, size=blob.size)
    for who, key in outsiders.items():
        assert in_both_worlds(key) == without[who], who


def test_the_two_worlds_do_differ_for_those_who_may(ada, linus, grace, vision_lab):
    """So that the test above would notice a difference."""
    fill(grace, "visionlab", "secret", "private")
    key = create_key(user=linus, name="data", scopes=["data"]).secret
    assert ask("GET", "/v1/data/visionlab/secret/a", key=key).body == b"hidden"
    assert ask("GET", "/v1/data/visionlab", key=key).body == (
        b'{"folders":[{"name":"secret"}]}'
    )
    assert ask("PUT", "/v1/data/visionlab/secret/a", b"x", key=key).status == 403


def test_the_same_bytes_of_somebody_else_tell_nothing(ada, charlie):
    """Whether bytes are kept already shows in no answer to who sends them again."""
    fill(ada, "ada", "secret", "private")
    key = create_key(user=charlie, name="data", scopes=["data"]).secret
    ask("POST", "/v1/data/.my", b"mine", key=key)
    answers = [
        ask("PUT", "/v1/data/.my/mine/a", body, key=key)
        for body in (b"hidden", b"hidde2")
    ]
    shown = [
        {name: value for name, value in one.headers.items() if name not in PASSING}
        for one in answers
    ]
    assert shown[0] == shown[1]
    assert answers[0].body == answers[1].body


def test_a_directory_that_becomes_private_is_missing_with_the_next_request(
    ada, charlie
):
    fill(ada, "ada", "open", "public")
    key = create_key(user=charlie, name="data", scopes=["data"]).secret
    assert ask("GET", "/v1/data/ada/open/a", key=key).status == 200
    own = create_key(user=ada, name="data", scopes=["data"]).secret
    body = b'{"acl":{"read":[]}}'
    assert ask("PATCH", "/v1/data/ada/open", body, key=own).status == 200
    assert ask("GET", "/v1/data/ada/open/a", key=key).status == 404
    assert ask("GET", "/v1/data/ada", key=key).status == 404


def test_a_team_is_not_deleted_over_its_data(grace, vision_lab):
    olga = person("olga")
    add_member(team=vision_lab, user=olga, role="owner")
    fill(grace, "visionlab", "shelf", "private")
    with pytest.raises(BadRequest, match="has data"):
        teams.delete_team(viewer=olga, team="visionlab")
    data_directories.delete_directory(
        caller=caller_on_page(olga, ""), path="visionlab/shelf", force=True
    )
    teams.delete_team(viewer=olga, team="visionlab")
