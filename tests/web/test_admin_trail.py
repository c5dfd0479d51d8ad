"""What a curator changes by hand in the administration leaves its entries."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from rows import listing

from accounts.keys import create_key
from accounts.models import Membership, Team, User
from catalog.models import Algorithm, AuditEntry, Visibility

PASSWORD = "a new and longer horse"


@pytest.fixture
def curator(client, carol):
    client.force_login(carol)
    return client


def filled(client, address):
    """The values of a form of the administration, as a browser would send them."""
    page = client.get(address)
    assert page.status_code == 200, address
    form = page.context["adminform"].form
    values = {}
    boxes = list(form)
    for inline in page.context["inline_admin_formsets"]:
        boxes += inline.formset.management_form
        boxes += [box for row in inline.formset.forms for box in row]
    for box in boxes:
        values |= _sent(box.html_name, box.value(), box.field.widget)
        if box.field.show_hidden_initial:
            values |= _sent(box.html_initial_name, box.value(), box.field.widget)
    return {name: value for name, value in values.items() if value is not None}


def _sent(name, value, widget):
    if hasattr(widget, "decompress"):
        parts = widget.decompress(value) if value else [None, None]
        return {f"{name}_{number}": part for number, part in enumerate(parts)}
    return {name: None if value is False else value}


def acts(before):
    new = AuditEntry.objects.exclude(pk__in=before).order_by("pk")
    return [(row.category, row.action, row.target_type) for row in new]


@pytest.fixture
def before(db):
    return lambda: set(AuditEntry.objects.values_list("pk", flat=True))


def save(client, model, pk, **changed):
    address = reverse(f"admin:{model}_change", args=[pk])
    values = {**filled(client, address), **changed}
    response = client.post(address, {k: v for k, v in values.items() if v is not None})
    errors = re.findall(r"errorlist[^>]*>(.*?)</ul>", response.content.decode())
    assert response.status_code == 302, errors
    return response


def test_a_curator_makes_a_listing_private_by_hand(curator, vision_lab, before):
    made = listing(vision_lab.owner, "Finder", visibility=Visibility.PUBLIC)
    Algorithm.objects.filter(pk=made.pk).update(visibility=Visibility.PUBLIC)
    start = before()
    save(curator, "catalog_algorithm", made.pk, visibility="private")
    assert acts(start) == [("visibility", "make private", "algorithm")]
    entry = AuditEntry.objects.exclude(pk__in=start).get()
    assert entry.changes["visibility"] == ["public", "private"]
    assert entry.team == vision_lab


def test_an_account_is_edited_and_closed(curator, ada, before):
    start = before()
    save(curator, "accounts_user", ada.pk, is_active=None, first_name="Ada")
    assert acts(start) == [("account", "edit", "user")]
    entry = AuditEntry.objects.exclude(pk__in=start).get()
    assert entry.changes == {"is_active": [True, False], "first_name": ["", "Ada"]}
    assert entry.actor_name == "carol"


def test_what_is_saved_as_it_was_is_no_act(curator, ada, before):
    start = before()
    save(curator, "accounts_user", ada.pk)
    assert acts(start) == []


def test_an_account_is_made_and_a_password_set_without_telling_it(curator, ada, before):
    start = before()
    add = reverse("admin:accounts_user_add")
    posted = {"username": "nora", "password1": PASSWORD, "password2": PASSWORD}
    posted["usable_password"] = "true"
    assert curator.post(add, posted).status_code == 302
    change = reverse("admin:auth_user_password_change", args=[ada.pk])
    assert curator.post(change, {**posted, "username": ""}).status_code == 302
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
    expected = [("account", "add", "user"), ("account", "set password", "user")]
    assert acts(start) == expected
    entries = AuditEntry.objects.exclude(pk__in=start).values()
    assert PASSWORD not in repr(list(entries))


def test_a_key_is_revoked_by_hand(curator, ada, before):
    new = create_key(user=ada, name="nightly", scopes=["read"])
    start = before()
    today = {"revoked_at_0": "2026-11-20", "revoked_at_1": "10:00:00"}
    save(curator, "accounts_apikey", new.row.pk, **today)
    assert acts(start) == [("key", "revoke key", "apikey")]
    entry = AuditEntry.objects.exclude(pk__in=start).get()
    assert list(entry.changes) == ["revoked_at"]


def test_members_changed_on_the_page_of_a_team_are_told_one_by_one(
    curator, vision_lab, linus, grace, ada, before
):
    start = before()
    address = reverse("admin:accounts_team_change", args=[vision_lab.pk])
    values = filled(curator, address)
    prefix = "memberships"
    rows = {values[f"{prefix}-{n}-user"]: n for n in range(2)}
    values[f"{prefix}-{rows[linus.pk]}-role"] = "owner"
    values[f"{prefix}-{rows[grace.pk]}-DELETE"] = "on"
    values |= {f"{prefix}-2-user": ada.pk, f"{prefix}-2-role": "member"}
    values |= {f"{prefix}-TOTAL_FORMS": 3, f"{prefix}-2-team": vision_lab.pk}
    assert curator.post(address, values).status_code == 302
    told = sorted(acts(start))
    assert told == [
        ("membership", "add", "membership"),
        ("membership", "delete", "membership"),
        ("membership", "edit", "membership"),
    ]
    entries = AuditEntry.objects.exclude(pk__in=start)
    assert {entry.team_id for entry in entries} == {vision_lab.pk}
    held = dict(vision_lab.memberships.values_list("user__username", "role"))
    assert held == {"linus": "owner", "ada": "member"}


@pytest.mark.parametrize("many", [False, True])
def test_a_membership_is_deleted_by_hand(curator, vision_lab, linus, before, many):
    held = Membership.objects.get(user=linus)
    start = before()
    if many:
        address = reverse("admin:accounts_membership_changelist")
        posted = {"action": "delete_selected", "_selected_action": [held.pk]}
    else:
        address, posted = (
            reverse("admin:accounts_membership_delete", args=[held.pk]),
            {},
        )
    assert curator.post(address, {**posted, "post": "yes"}).status_code == 302
    assert acts(start) == [("membership", "delete", "membership")]
    assert not Membership.objects.filter(pk=held.pk).exists()


def test_a_person_is_deleted_and_stays_in_the_trail(curator, charlie, before):
    start = before()
    address = reverse("admin:accounts_user_delete", args=[charlie.pk])
    assert curator.post(address, {"post": "yes"}).status_code == 302
    assert not User.objects.filter(username="charlie").exists()
    assert acts(start) == [("account", "delete", "user")]
    entry = AuditEntry.objects.exclude(pk__in=start).get()
    assert entry.target == "charlie"


def test_the_list_of_entries_is_filtered_and_searched(
    curator, carol, vision_lab, before
):
    save(curator, "accounts_team", vision_lab.pk, name="Vision Laboratory")
    address = reverse("admin:catalog_auditentry_changelist")
    for query, found in (
        ({"category__exact": "membership"}, True),
        ({"category__exact": "key"}, False),
        ({"q": "Laboratory"}, True),
        ({"q": "nothing at all"}, False),
        ({"q": "198.51.100.7"}, False),
        ({"created_at__year": "2001"}, False),
    ):
        page = curator.get(address, query)
        assert page.status_code == 200, query
        body = page.content.decode()
        assert ("edited the team Vision Laboratory" in body) == found, query
    assert Team.objects.get(pk=vision_lab.pk).name == "Vision Laboratory"
