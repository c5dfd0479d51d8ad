"""Entries listed from a file: whole or not at all, twice without effect, findable."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Epoch, Owner
from accounts.services import create_team
from catalog.models import Algorithm, Card, IndexOutbox, Tag
from catalog.services import indexing
from catalog.services.card_listing import ListingRefused, list_cards
from catalog.services.search import Query, search

pytestmark = pytest.mark.django_db


def row(name: str, owner: str = "google", **more) -> dict:
    return {
        "owner": owner,
        "name": name,
        "id": f"{owner}/{name}",
        "summary": f"{name}, a model.",
        "docs_markdown": f"# {name}\n\nReads *words* of {name}.",
        "tags": ["text", name.lower()[:5]],
        "task": "text-embedding",
        "framework": "tensorflow",
        "language": ["en"],
        "license": "apache-2.0",
        **more,
    }


def lines(*rows: dict) -> list[bytes]:
    return [json.dumps(row).encode() for row in rows]


@pytest.fixture
def file(tmp_path):
    def write(*rows: dict) -> str:
        path = tmp_path / "cards.jsonl"
        path.write_bytes(b"\n".join(lines(*rows)) + b"\n")
        return str(path)

    return write


def test_entries_are_listed_with_owner_card_tags_and_facts():
    summary = list_cards(lines=lines(row("small/bert"), row("elmo", "allen")))
    assert summary.created == ["google/small--bert", "allen/elmo"]
    assert summary.owners == ["google", "allen"]
    bert = Algorithm.objects.get(source_id="google/small/bert")
    assert (bert.name, bert.title) == ("small--bert", "small/bert")
    assert (bert.task, bert.license, bert.language) == (
        "text-embedding",
        "Apache-2.0",
        ["en"],
    )
    assert {tag.name for tag in bert.tags.all()} == {"text", "small"}
    assert bert.latest is None
    assert bert.is_public
    assert bert.owner.is_team
    assert bert.card.renderer == 0
    assert bert.card.plain == "small/bert Reads words of small/bert."
    assert bert.card.meta["library_name"] == "tensorflow"


def test_a_second_listing_changes_nothing():
    list_cards(lines=lines(row("bert"), row("elmo")))
    before = list(Algorithm.objects.order_by("pk").values())
    IndexOutbox.objects.all().delete()
    epoch = Epoch.objects.get().n
    summary = list_cards(lines=lines(row("bert"), row("elmo")))
    assert (summary.created, summary.updated, summary.unchanged) == ([], [], 2)
    assert list(Algorithm.objects.order_by("pk").values()) == before
    assert not IndexOutbox.objects.exists()
    assert Epoch.objects.get().n == epoch


def test_a_changed_card_is_followed_and_what_others_decided_stays():
    list_cards(lines=lines(row("bert")), visibility="private")
    summary = list_cards(lines=lines(row("bert", license="mit", tags=["new"])))
    assert summary.updated == ["google/bert"]
    bert = Algorithm.objects.get()
    assert (bert.license, bert.visibility) == ("MIT", "private")
    assert [tag.name for tag in bert.tags.all()] == ["new"]


def test_the_epoch_moves_once_and_every_entry_is_indexed_once():
    before = Epoch.objects.get().n
    list_cards(lines=lines(*(row(f"m{n}", f"o{n % 7}") for n in range(600))))
    assert Epoch.objects.get().n == before + 1
    assert IndexOutbox.objects.count() == 600
    assert Algorithm.objects.filter(revision=1).count() == 600
    assert Tag.objects.count() == 601


def test_bad_lines_are_named_and_nothing_is_listed():
    bad = [*lines(row("bert")), b"{", *lines(row("x", task=5), row("bert"))]
    with pytest.raises(ListingRefused) as refused:
        list_cards(lines=bad)
    assert [problem.line for problem in refused.value.problems] == [2, 3, 4]
    assert not Algorithm.objects.exists()
    assert not Owner.objects.exists()
    assert not Card.objects.exists()


def test_a_dry_run_writes_nothing():
    summary = list_cards(
        lines=lines(row("bert"), row("BERT", id="other")), dry_run=True
    )
    assert summary.created == ["google/bert", "google/BERT-2"]
    assert not Algorithm.objects.exists()
    assert not Owner.objects.exists()


def test_names_that_meet_get_a_number_and_keep_it():
    names = ["a/b", "a--b", "A b", "a-b"]
    list_cards(lines=lines(*map(row, names)))
    listed = dict(Algorithm.objects.values_list("source_id", "name"))
    assert listed == {
        "google/a/b": "a--b",
        "google/a--b": "a--b-2",
        "google/A b": "A-b",
        "google/a-b": "a-b-2",
    }
    summary = list_cards(lines=lines(*map(row, reversed(names))))
    assert summary.unchanged == 4


def test_what_was_there_before_is_left_alone(ada):
    Algorithm.objects.create(
        owner=ada.owner, name="Bert", title="Ada's own", summary=""
    )
    summary = list_cards(lines=lines(row("bert", "ADA")))
    assert summary.owners == []
    assert summary.created == ["ada/bert-2"]
    assert Algorithm.objects.get(name="Bert").title == "Ada's own"


def test_reserved_owners_are_told_apart_and_known_ones_are_used():
    create_team(slug="Google", name="Google")
    summary = list_cards(lines=lines(row("bert"), row("x", "api"), row("y", "a b")))
    assert summary.owners == ["api-team", "a-b"]
    assert Algorithm.objects.get(name="bert").owner.slug == "Google"


def test_one_owner_may_take_all():
    list_cards(lines=lines(row("bert"), row("bert", "allen")), owner="zoo")
    names = Algorithm.objects.filter(owner__slug="zoo").values_list("name", flat=True)
    assert sorted(names) == ["bert", "bert-2"]


def test_the_same_text_is_one_card():
    texts = {"docs_markdown": "Same.", "tags": [], "language": []}
    list_cards(lines=lines(row("a", **texts), row("b", **texts)))
    assert Card.objects.count() == 1


def test_entries_are_found_after_the_next_batch_of_the_worker(
    anonymous, settings, tmp_path
):
    settings.SEARCH_BACKENDS = {
        alias: {**backend, "OPTIONS": {"path": tmp_path / alias}}
        for alias, backend in settings.SEARCH_BACKENDS.items()
    }
    indexing.rebuild_index()
    list_cards(lines=lines(row("bert"), row("elmo")))
    while indexing.drain_outbox():
        pass
    found = search(viewer=anonymous, query=Query(text="words of elmo"))
    assert found.rows[0].algorithm.name == "elmo"


def test_the_command_sums_up_and_warns(file, capsys):
    path = file(row("bert"), row("elmo", license="house rules"))
    call_command("import_cards", path, "--private")
    said = capsys.readouterr()
    assert "2 entries listed, 0 updated, 0 unchanged, 1 owner created" in said.out
    assert f"warning: {path}:2: license house rules is no SPDX id" in said.err
    assert not any(row.is_public for row in Algorithm.objects.all())
    call_command("import_cards", path, "--dry-run")
    assert (
        "0 entries would be listed, 0 updated, 2 unchanged" in capsys.readouterr().out
    )


def test_the_command_names_the_bad_line(file, capsys, tmp_path):
    path = file(row("bert"), {"owner": "x"})
    with pytest.raises(CommandError, match="nothing listed"):
        call_command("import_cards", path)
    assert f"{path}:2: name is missing" in capsys.readouterr().err
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_cards", str(tmp_path / "none.jsonl"))
