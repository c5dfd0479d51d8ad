"""Every route and every operation of the API, asked by everybody, as the table says.

`matrix.txt` is the table: a row for each route and method with the status that each
persona gets for a private listing of the team Vision Lab. A new route or operation
without a row fails here, and the failure shows the row that it would need.
"""

from __future__ import annotations

import shutil
from copy import copy
from pathlib import Path

import pytest
from addresses import ARGUMENTS, routes
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from accounts.keys import create_key
from accounts.services import add_member, create_team
from catalog.models import Algorithm, Grant
from catalog.services import resolving
from catalog.services.importing import import_folders
from catalog.services.lookups import Lookups
from catalog.services.publishing import Source
from tests.conftest import SAMPLES, person

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]

TABLE = Path(__file__).with_name("matrix.txt")
PERSONAS = (
    "anonymous",
    "stranger",
    "guest",
    "member",
    "maintainer",
    "owner",
    "curator",
    "unscoped",
)
METHODS = ("GET", "POST")
#: third-party pages whose answer has no private part are in the table as well
PRIVATE = {
    **ARGUMENTS,
    "owner": "visionlab",
    "name": "Secret",
    "ref": "visionlab/Secret",
    "number": "0.2.1",
    "slug": "visionlab",
}
#: a collection, a chapter and a part of the site map have names of their own
SLUGS = {
    "catalog:collection": "coast",
    "catalog:guide_chapter": "calling",
}

#: what makes a write one that could be done; everything else is sent empty
BODIES = {
    "catalog:share": "to=linus&right=run",
    "catalog:share_right": "right=run",
    "catalog:set_visibility": "visibility=private",
    "catalog:set_discoverable": "on=yes",
    "catalog:version_visibility": "visibility=private",
    "catalog:algorithm_transfer": "new_name=Renamed",
    "catalog:algorithm_run": "mode=json&json=1",
    "catalog:algorithm_key": "target=curl",
    "catalog:ask_access": "reason=Please",
    "catalog:team_invite": "role=member&uses=1&days=7",
    "catalog:team_role": "role=member",
    "catalog:team_settings": "name=Lab&slug=visionlab",
    "catalog:team_keys": "name=robot&scopes=run&days=30",
    "wire:call": "1",
}
DATA = {
    "grants": '{"to": "linus", "right": "run"}',
    "access-requests": '{"reason": "Please."}',
    "decision": '{"grant": false, "answer": "No."}',
    "accept": '{"token": "none"}',
    "{username}": '{"role": "member"}',
    "{number}": '{"visibility": "private"}',
    "{name}": '{"discoverable": true}',
    "transfer": '{"name": "Renamed"}',
    "teams": '{"slug": "new-team", "name": "New"}',
    "{slug}": '{"about": "Looks."}',
    "invitations": '{"role": "member"}',
    "keys": '{"name": "robot", "scopes": ["run"]}',
}


def table() -> dict[tuple[str, str], tuple[str, ...]]:
    rows = {}
    for line in TABLE.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            method, place, *statuses = line.split()
            rows[method, place] = tuple(statuses)
    return rows


@pytest.fixture
def personas(
    ada, vision_lab, linus, grace, charlie, carol, monkeypatch, settings, tmp_path
):
    """Clients of everybody; the guest's team was given the listing to read."""
    cache.clear()
    monkeypatch.setattr(resolving, "_targets", Lookups())
    for name in dir(settings):
        if name.startswith("VITRINE_RATE"):
            setattr(settings, name, 1_000_000)
    settings.EXECUTION_BACKENDS = {
        "local": {
            "BACKEND": "catalog.execution.backends.local.LocalBackend",
            "OPTIONS": {"socket": tmp_path / "away.sock", "autostart": False},
        }
    }
    secret = published_private(tmp_path / "visionlab" / "Secret")
    olga, guest = person("olga"), person("gustav")
    add_member(team=vision_lab, user=olga, role="owner")
    guests = create_team(slug="guests", name="Guests", created_by=guest)
    Grant.objects.create(algorithm=secret, team=guests, right="read")
    people = dict(
        zip(PERSONAS, (None, charlie, guest, linus, grace, olga, carol), strict=False)
    )
    clients = {}
    for who, user in people.items():
        clients[who] = Client(headers={"accept": "*/*"})
        if user is not None:
            clients[who].force_login(user)
    key = create_key(user=grace, name="idle", scopes=["data"]).secret
    clients["unscoped"] = Client(headers={"authorization": f"Bearer {key}"})
    return clients


def published_private(folder: Path) -> Algorithm:
    """Publish a bundled sample as a private listing of the team."""
    shutil.copytree(SAMPLES / "util" / "Echo", folder)
    manifest = folder / "algorithm.toml"
    manifest.write_text(manifest.read_text().replace('"public"', '"private"'))
    import_folders(paths=[folder], source=Source())
    return Algorithm.objects.get(name="Secret")


def asked() -> dict[tuple[str, str], str]:
    """Return method and place -> address, of all routes and operations."""
    found = {}
    for route in routes():
        page = route.name.removesuffix(".json").removesuffix(".md")
        given = {**PRIVATE, "slug": SLUGS.get(page, PRIVATE["slug"])}
        path = route.address(given)
        assert path is not None, f"{route.name}: give its parameters an argument"
        # What else the API does with an address is among its operations, below.
        for method in METHODS[:1] if route.name.startswith("api:") else METHODS:
            found[method, route.name] = path
    schema = SchemaGenerator().get_schema(request=None, public=True)
    for path, operations in schema["paths"].items():
        address = path
        for name, value in PRIVATE.items():
            address = address.replace(f"{{{name}}}", str(value))
        assert "{" not in address, f"{path}: give its parameters an argument"
        for method in operations:
            found[method.upper(), path] = address
    return found


def status(client: Client, method: str, place: str, address: str) -> str:
    """Ask, and take back whatever the answer did."""
    if place == "wire:call" or address.startswith("/api/"):
        kind, body = "application/json", DATA.get(place.rpartition("/")[2], "{}")
    else:
        kind, body = "application/x-www-form-urlencoded", BODIES.get(place, "")
    with transaction.atomic():
        answer = client.generic(method, address, body, content_type=kind)
        transaction.set_rollback(True)
    return str(answer.status_code)


def test_everybody_is_answered_as_the_table_says(personas):
    expected, wrong = table(), []
    sessions = {who: copy(client.cookies) for who, client in personas.items()}
    for (method, place), address in asked().items():
        statuses = []
        for who, client in personas.items():
            client.cookies.clear()
            client.cookies.update(sessions[who])
            statuses.append(status(client, method, place, address))
        if expected.get((method, place)) != tuple(statuses):
            wrong.append(f"{method:7}{place:70} {' '.join(statuses)}")
    assert not wrong, "rows that are missing or differ:\n" + "\n".join(wrong)


def test_the_table_has_no_row_that_nothing_stands_for():
    assert set(table()) - set(asked()) == set()


def test_outsiders_get_404_wherever_a_private_listing_is_named():
    """The rule behind the rows: a listing's pages show outsiders nothing.

    An address that only takes POST leads a GET on, for everybody alike.
    """
    for (method, place), statuses in table().items():
        if place.startswith("catalog:algorithm") and "feed" not in place:
            anonymous, stranger, *_others = statuses
            led_on = set(statuses) == {"302"}
            assert led_on or anonymous in {"404", "405"}, (method, place)
            assert led_on or stranger in {"404", "405"}, (method, place)
