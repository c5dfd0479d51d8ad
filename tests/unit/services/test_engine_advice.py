"""The operator hears when the catalog has outgrown Whoosh, and not before."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from catalog import checks
from catalog.models import Algorithm
from catalog.services import indexing

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["whoosh", "tantivy"])
def engine(request, settings, tmp_path):
    settings.VITRINE_SEARCH = request.param
    settings.SEARCH_BACKENDS = {
        alias: {**backend, "OPTIONS": {"path": tmp_path / alias}}
        for alias, backend in settings.SEARCH_BACKENDS.items()
    }
    yield request.param
    indexing.backend().close()


def test_only_whoosh_is_outgrown(engine, vision_lab, monkeypatch, capsys):
    for name in ("One", "Two", "Three"):
        Algorithm.objects.create(owner=vision_lab.owner, name=name, title=name)
    indexing.rebuild_index()
    assert checks.check_engine() == []
    monkeypatch.setattr(indexing, "MOST_IN_WHOOSH", 2)
    said = checks.check_engine()
    if engine == "tantivy":
        assert said == []
        return
    assert [(message.id, message.level) for message in said] == [("vitrine.W001", 30)]
    assert "Whoosh serves 3 entries" in said[0].msg
    assert "Install the package tantivy" in said[0].msg
    call_command("check")
    assert "vitrine.W001" in capsys.readouterr().err


def test_staff_reads_the_advice_in_readyz(
    engine, client, carol, vision_lab, monkeypatch
):
    Algorithm.objects.create(owner=vision_lab.owner, name="One", title="One")
    indexing.rebuild_index()
    monkeypatch.setattr(indexing, "MOST_IN_WHOOSH", 0)
    assert "advice" not in client.get("/readyz").json()["index"]
    client.force_login(carol)
    assert ("advice" in client.get("/readyz").json()["index"]) == (engine == "whoosh")
