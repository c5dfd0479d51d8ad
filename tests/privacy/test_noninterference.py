"""Nothing sent to an outsider depends on rows that the outsider may not see.

Two teams' private rows are present, absent, or others. The same requests are asked in
each world by nobody and by a stranger; every answer is compared byte for byte.
"""

from __future__ import annotations

import difflib

import pytest
from asking import (
    Asked,
    ask,
    listing_requests,
    machine_requests,
    masked,
    search_requests,
    wire_requests,
)
from django.core.cache import cache
from django.test import Client
from worlds import ENGINES, PUBLIC_WORDS, VARIANTS, Worlds

from accounts.keys import create_key
from catalog.search import search_backends
from catalog.services import resolving, synonyms
from catalog.services.lookups import Lookups
from tests.conftest import person

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(1800)]

SECRETS = {word for v in VARIANTS.values() for word in (*v.names, *v.words)}
SHOWN = 12
#: words that a secret shares with what is public
SHARED = {"lantern", "harbour", "lanterne", "copperplate"}


@pytest.fixture(params=ENGINES)
def engine(request, settings, tmp_path, monkeypatch):
    settings.VITRINE_SEARCH = request.param
    settings.SEARCH_BACKENDS = {
        name: {**entry, "OPTIONS": {"path": tmp_path / name}}
        for name, entry in settings.SEARCH_BACKENDS.items()
    }
    for name in dir(settings):
        if name.startswith("VITRINE_RATE"):
            setattr(settings, name, 1_000_000)
    settings.ACCOUNT_RATE_LIMITS = False
    cache.clear()
    monkeypatch.setattr(resolving, "_targets", Lookups())
    monkeypatch.setattr(synonyms, "_held", Lookups(limit=1))
    yield request.param
    cache.clear()


@pytest.fixture
def worlds(engine, ada, linus, charlie):
    return Worlds(ada=ada, linus=linus, charlie=charlie)


def words() -> list[str]:
    return sorted({*PUBLIC_WORDS, *(w for v in VARIANTS.values() for w in v.words)})


def names() -> list[str]:
    return sorted({n for v in VARIANTS.values() for n in v.names})


def questions(key: str) -> list[Asked]:
    found = [
        *listing_requests(),
        *machine_requests(),
        *search_requests([*words(), *names(), "harborlab", "ghostcrew"]),
        *wire_requests(key),
    ]
    return list(dict.fromkeys(found))


class Reader:
    """One outsider who asks the same in every world, with the ETags of the first."""

    def __init__(self, client: Client, asked: list[Asked]) -> None:
        self.client, self.asked = client, asked
        self.etags: dict[Asked, str] = {}

    def ask_all(self) -> dict:
        found = {}
        for asked in self.asked:
            for page, answer in enumerate(ask(self.client, asked, {})):
                found[asked, page] = masked(answer)
                if page == 0 and asked.method == "GET" and answer.has_header("ETag"):
                    self.etags.setdefault(asked, answer["ETag"])
        for asked in list(self.etags):
            answer, *_pages = ask(self.client, asked, self.etags)
            found["again", asked] = masked(answer)
        return found


def readers(charlie, limit: int | None = None) -> dict[str, Reader]:
    # Another stranger's key: the keys page tells when one's own was used.
    key = create_key(user=person("dora"), name="outside", scopes=["read", "run"]).secret
    stranger = Client()
    stranger.force_login(charlie)
    asked = questions(key)[:limit]
    return {"anonymous": Reader(Client(), asked), "stranger": Reader(stranger, asked)}


def compare(before: dict, after: dict, where: str) -> None:
    assert before.keys() == after.keys(), where
    found = [
        f"{asked}\n{difference(answer, after[asked])}"
        for asked, answer in before.items()
        if answer != after[asked]
    ]
    assert not found, f"{where}: {len(found)} differ\n" + "\n".join(found[:SHOWN])


def difference(one: tuple, other: tuple) -> str:
    head = [f"{a} -> {b}" for a, b in zip(one[:3], other[:3], strict=True) if a != b]
    lines = (text[3].decode(errors="replace").splitlines() for text in (one, other))
    return "\n".join(
        [*head, *list(difflib.unified_diff(*lines, lineterm="", n=1))[:40]]
    )


def test_outsiders_are_answered_alike_whatever_is_private(worlds, charlie):
    asking = readers(charlie)
    assert sum(len(reader.asked) for reader in asking.values()) >= 2000
    first: dict[str, dict] = {}
    for world in ("present", "absent", "other"):
        worlds.become(world)
        for who, reader in asking.items():
            found = reader.ask_all()
            compare(first.setdefault(who, found), found, f"{who}, {world}")
            for asked, (_status, headers, _cookies, body) in found.items():
                said = str(headers).encode() + body
                for secret in SECRETS - SHARED:
                    # What was typed may be said back, by its very request alone.
                    if secret.encode() in said and secret not in repr(asked):
                        raise AssertionError(f"{who}, {world}: {asked}: {secret}")


def test_outsiders_are_answered_alike_while_the_index_is_away(
    worlds, charlie, settings, tmp_path
):
    settings.SEARCH_BACKENDS = {
        name: {**entry, "OPTIONS": {"path": tmp_path / "away" / name}}
        for name, entry in settings.SEARCH_BACKENDS.items()
    }
    search_backends.reset()
    asked = search_requests(words())
    stranger = Client()
    stranger.force_login(charlie)
    first: dict[str, dict] = {}
    asking = {"anonymous": Reader(Client(), asked), "stranger": Reader(stranger, asked)}
    for world in ("present", "absent", "other"):
        worlds.fill(world)
        for who, reader in asking.items():
            found = reader.ask_all()
            compare(first.setdefault(who, found), found, f"{who}, {world}")


def test_the_comparison_sees_a_planted_leak(worlds, charlie):
    """A member is told of private rows: the same questions find the difference."""
    member = Client()
    member.force_login(worlds.linus)
    reader = Reader(member, search_requests(words())[:60])
    worlds.become("present")
    before = reader.ask_all()
    worlds.become("absent")
    with pytest.raises(AssertionError):
        compare(before, reader.ask_all(), "member")
