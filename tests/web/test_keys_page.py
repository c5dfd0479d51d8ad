"""What a person does with keys: make one with limits, see how it is used, end it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from rows import listing

from accounts.keys import create_key, find_key
from accounts.models import ApiKey
from catalog.models import AuditEntry, Run

NEW = {"name": "nightly", "scopes": ["read", "run"], "reach": "all", "days": "30"}


def secret_on(page: str) -> str:
    return page.split('id="secret">')[1].split("<", maxsplit=1)[0]


def test_a_key_is_shown_once_and_kept_from_every_cache(client, ada):
    client.force_login(ada)
    response = client.post("/settings/keys", NEW)
    secret = secret_on(response.content.decode())
    assert find_key(secret) == ApiKey.objects.get()
    assert "no-store" in response["Cache-Control"]
    again = client.get("/settings/keys").content.decode()
    assert secret not in again
    assert secret[:12] in again


def test_a_new_key_takes_rules_scopes_and_a_quota(client, ada):
    client.force_login(ada)
    rules = "algo://visionlab/*\r\n\r\n algo://ada/Name \r\n"
    posted = {
        **NEW,
        "scopes": ["run", "data", "admin"],
        "reach": "rules",
        "rules": rules,
        "calls_per_day": "250",
    }
    page = client.post("/settings/keys", posted).content.decode()
    key = find_key(secret_on(page))
    assert key.rules == ["algo://visionlab/*", "algo://ada/Name"]
    assert key.scopes == ["run", "data", "admin"]
    assert key.calls_per_day == 250
    listed = client.get("/settings/keys").content.decode()
    for said in ("algo://visionlab/*", "250 calls a day", ">admin</span>"):
        assert said in listed


@pytest.mark.parametrize(
    ("posted", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["root"]}, "scopes"),
        ({"days": "9999"}, "days"),
        ({"days": "0"}, "days"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"reach": "rules", "rules": " \n"}, "rules"),
        ({"reach": "rules", "rules": "visionlab/*"}, "rules"),
        ({"reach": "all", "rules": "algo://visionlab/*"}, "rules"),
        ({"rules": "\n".join(f"algo://a/B{n}" for n in range(21))}, "rules"),
        ({"reach": "wide"}, "reach"),
        ({"calls_per_day": "0"}, "calls_per_day"),
        ({"calls_per_day": "many"}, "calls_per_day"),
    ],
)
def test_a_malformed_key_is_refused_at_the_field(client, ada, posted, field):
    client.force_login(ada)
    if "rules" in posted and "reach" not in posted:
        posted = {**posted, "reach": "rules"}
    response = client.post("/settings/keys", {**NEW, **posted})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert "field__error" in response.content.decode()
    assert not ApiKey.objects.exists()


def test_a_revoked_key_is_dead_at_once(client, ada):
    new = create_key(user=ada, name="old", scopes=["run"])
    client.force_login(ada)
    page = client.post(f"/settings/keys/{new.row.pk}/revoke", follow=True)
    assert "is revoked" in page.content.decode()
    assert find_key(new.secret) is None
    entry = AuditEntry.objects.get(action="revoke key")
    assert (entry.actor, entry.team_id) == (ada, None)


def test_nobody_revokes_anothers_key(client, ada, charlie):
    new = create_key(user=ada, name="hers", scopes=["run"])
    client.force_login(charlie)
    response = client.post(f"/settings/keys/{new.row.pk}/revoke")
    assert response.status_code == 404
    assert find_key(new.secret) is not None


def test_a_teams_key_is_not_revoked_among_ones_own(client, vision_lab, grace):
    new = create_key(team=vision_lab, made_by=grace, name="storefront", scopes=["run"])
    client.force_login(grace)
    assert client.post(f"/settings/keys/{new.row.pk}/revoke").status_code == 404
    assert "storefront" not in client.get("/settings/keys").content.decode()


def test_the_page_says_how_often_a_key_called_and_when_it_ends(client, ada):
    version = listing(ada.owner, "Counted").latest
    busy = create_key(user=ada, name="busy", scopes=["run"], days=7).row
    create_key(user=ada, name="idle", scopes=["run"], days=30)
    gone = create_key(user=ada, name="gone", scopes=["run"], days=30).row
    ApiKey.objects.filter(pk=gone.pk).update(expires_at=timezone.now())
    for days in (0, 1, 29, 31):
        Run.objects.create(
            version=version,
            user=ada,
            key=busy,
            surface=Run.Surface.WIRE,
            outcome=Run.Outcome.SUCCEEDED,
            duration_ms=1,
            total_ms=1,
            input_bytes=1,
            output_bytes=1,
            created_at=timezone.now() - timedelta(days=days),
        )
    client.force_login(ada)
    held = {
        each.key.name: each for each in client.get("/settings/keys").context["keys"]
    }
    assert (held["busy"].calls, held["busy"].ends_soon) == (3, True)
    assert (held["idle"].calls, held["idle"].ends_soon) == (0, False)
    assert (held["gone"].state, held["gone"].ends_soon) == ("ended", False)
    page = client.get("/settings/keys").content.decode()
    assert "3 calls" in page
    assert "in 30 days" in page
    assert '<span class="badge badge--warn">in 7 days</span>' in page
    assert '<span class="badge badge--warn">ended</span>' in page


def test_the_page_asks_the_same_few_questions_for_many_keys(
    client, ada, django_assert_max_num_queries
):
    for number in range(12):
        create_key(user=ada, name=f"key {number}", scopes=["run"])
    client.force_login(ada)
    client.get("/settings/keys")
    with django_assert_max_num_queries(10):
        client.get("/settings/keys")


def test_keys_need_an_account(client, db):
    response = client.get("/settings/keys")
    assert response["Location"] == "/settings/sign-in?next=/settings/keys"
