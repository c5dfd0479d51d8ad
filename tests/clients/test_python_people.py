"""The published Python client, unchanged, on people and organizations."""

from __future__ import annotations

import warnings

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the package is of 2022
    import Algorithmia
    from Algorithmia.errors import AlgorithmException

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("live")]


@pytest.fixture(scope="module")
def staff(product):
    """A client with an admin key of staff."""
    product.command("create_user", "opal", "--staff")
    key = product.command("create_key", "--user", "opal", "--scope", "admin", "run")
    return Algorithmia.client(key, product.url)


def organization(name):
    return {
        "org_name": name,
        "org_label": "Some label",
        "org_contact_name": "Some owner",
        "org_email": f"{name}@example.org",
        "org_url": "https://example.org",
        "external_id": f"x-{name}",
        "type_id": "basic",
    }


def user(name):
    return {
        "username": name,
        "email": f"{name}@example.org",
        "passwordHash": "",
        "shouldCreateHello": False,
    }


def test_create_user_echoes_the_name(staff):
    made = staff.create_user(user("userecho"))
    assert made["username"] == "userecho"
    assert made["resource_type"] == "user"
    assert made["self_link"].endswith("/v1/users/userecho")


def test_create_user_twice_raises(staff):
    staff.create_user(user("usertwice"))
    with pytest.raises(Exception, match="409"):
        staff.create_user(user("usertwice") | {"email": "other@example.org"})


def test_the_types_of_organizations_are_named(staff):
    types = staff.get_org_types()
    assert {each["name"] for each in types} == {"basic", "legacy", "pro"}


def test_an_organization_is_made_found_and_changed(staff):
    made = staff.create_org(organization("orgmade"))
    assert made["org_name"] == "orgmade"
    found = staff.get_org("orgmade")
    assert found == made
    assert found["org_url"] == "https://example.org"
    changed = organization("orgmade") | {"org_label": "Other", "type_id": "legacy"}
    answer = staff.edit_org("orgmade", changed)
    assert answer.status_code == 204
    found = staff.get_org("orgmade")
    assert found["org_label"] == "Other"
    assert found["type_id"] != made["type_id"]


def test_an_unknown_type_makes_no_organization(staff):
    with pytest.raises(Exception, match="400"):
        staff.create_org(organization("orgnone") | {"type_id": "gold"})
    assert staff.get_org("orgnone")["error"]["code"] == 3100


def test_a_person_is_put_into_an_organization(staff):
    staff.create_org(organization("orgteam"))
    staff.create_user(user("orgmember"))
    answer = staff.invite_to_org("orgteam", "orgmember")
    assert answer.status_code == 201
    url = f"{staff.apiAddress}/v1/organizations/orgteam/members"
    page = staff.requestSession.get(url, headers={"Authorization": staff.apiKey})
    names = [row["username"] for row in page.json()["results"]]
    assert names == ["opal", "orgmember"]
    with pytest.raises(Exception, match="404"):
        staff.invite_to_org("orgteam", "nobody-at-all")


def test_what_failed_of_ones_algorithms_is_a_list(staff):
    staff.create_org(organization("orgerrors"))
    assert staff.get_organization_errors("orgerrors") == []
    assert staff.get_user_errors("opal") == []
    assert staff.get_user_errors("nobody-at-all")["error"]["code"] == 3000


def test_a_key_without_the_admin_scope_is_refused(product, run_key):
    client = Algorithmia.client(run_key, product.url)
    assert client.get_org("orgmade")["error"]["code"] == 2001
    with pytest.raises((AlgorithmException, Exception), match="403"):
        client.create_user(user("nobody"))
