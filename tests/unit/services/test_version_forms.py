"""Which version a call gets by each form of the reference, for each of the cast."""

from __future__ import annotations

from uuid import uuid4

import pytest

from accounts.models import Owner
from accounts.services import create_team
from catalog.models import Algorithm, Card, Grant, Version
from catalog.services import resolving
from catalog.services.callers import caller_on_page
from catalog.services.errors import NotFound, ServiceError
from catalog.services.lookups import Lookups

pytestmark = pytest.mark.django_db

#: number -> who sees it, oldest first; 1.0.2, 1.1.0 and 2.0.0 are the team's alone
VERSIONS = {
    "0.1.0": "public",
    "1.0.0": "public",
    "1.0.1": "public",
    "1.0.2": "private",
    "1.1.0": "private",
    "2.0.0": "private",
}


def digest(number: str) -> str:
    return number.replace(".", "").ljust(64, "a")


def listing(owner: str, name: str, visibility: str, versions: dict) -> Algorithm:
    word = f"{owner}{name}"
    card = Card.objects.create(digest=word, source=word, plain=word, renderer=0)
    made = Algorithm.objects.create(
        owner=Owner.objects.get(slug=owner),
        name=name,
        title=name,
        visibility=visibility,
        card=card,
    )
    for number, seen_by in versions.items():
        major, minor, patch = map(int, number.split("."))
        Version.objects.create(
            algorithm=made,
            major=major,
            minor=minor,
            patch=patch,
            visibility=seen_by,
            digest=digest(number),
            bundle="b" * 64,
            card=card,
        )
    made.refresh_from_db()
    return made


@pytest.fixture
def cast(viewers, monkeypatch):
    """The viewers, and what they ask for: an open listing and one of the team's."""
    monkeypatch.setattr(resolving, "_targets", Lookups())
    listing("visionlab", "Reader", "public", VERSIONS)
    listing("visionlab", "Counter", "private", VERSIONS)
    return viewers


def found(viewer, owner, name, version="") -> str:
    """Return the number of the version that a call gets, or what it is refused."""
    caller = caller_on_page(viewer, "192.0.2.1")
    try:
        target = resolving.target_of(
            caller=caller, owner=owner, name=name, version=version
        )
    except ServiceError as refused:
        return refused.message
    return target.number


NEWEST_OPEN, NEWEST = "1.0.1", "2.0.0"


@pytest.mark.parametrize(
    ("form", "everybody", "the_team"),
    [
        ("", NEWEST_OPEN, NEWEST_OPEN),
        ("latest", NEWEST_OPEN, NEWEST_OPEN),
        ("LATEST", NEWEST_OPEN, NEWEST_OPEN),
        ("latestPrivate", None, NEWEST),
        ("latestprivate", None, NEWEST),
        ("1.0.0", "1.0.0", "1.0.0"),
        ("1.0.2", None, "1.0.2"),
        ("2.0.0", None, "2.0.0"),
        ("1.0.*", "1.0.1", "1.0.1"),
        ("1.0.x", "1.0.1", "1.0.1"),
        ("1.0", "1.0.1", "1.0.1"),
        ("1.*", "1.0.1", "1.0.1"),
        ("1.x", "1.0.1", "1.0.1"),
        ("1", "1.0.1", "1.0.1"),
        ("0", "0.1.0", "0.1.0"),
        ("1.1.*", None, None),
        ("1.1", None, None),
        ("2", None, None),
        ("2.*", None, None),
        (digest("1.0.0"), None, "1.0.0"),
        (digest("1.0.0").upper(), None, "1.0.0"),
        (digest("2.0.0")[:40], None, "2.0.0"),
        (digest("2.0.0")[:39], None, None),
        (digest("9.9.9"), None, None),
        ("*", None, None),
        ("1.*.*", None, None),
        ("1.0.0.0", None, None),
        ("999999999.0.0", None, None),
        ("99999999999.0.0", None, None),
        ("\x00", None, None),
        ("١.0.0", None, None),  # noqa: RUF001 - a digit of another script
    ],
)
def test_a_form_gives_its_version_of_an_open_listing(cast, form, everybody, the_team):
    missing = f"algorithm algo://visionlab/Reader/{form} not found"
    for who in ("anonymous", "stranger", "owner"):
        answer = found(cast[who], "VisionLab", "reader", form)
        assert answer.lower() == (everybody or missing).lower(), who
    for who in ("member", "maintainer"):
        answer = found(cast[who], "VisionLab", "reader", form)
        assert answer.lower() == (the_team or missing).lower(), who


@pytest.mark.parametrize(
    ("form", "number"),
    [
        ("", NEWEST),
        ("latest", NEWEST),
        ("latestPrivate", NEWEST),
        ("1.0.2", "1.0.2"),
        ("1.0.0", "1.0.0"),
        (digest("1.1.0"), "1.1.0"),
        # whoever sees it: no partial form ever gives what not everybody sees
        ("1.0.*", None),
        ("1", None),
        ("2.x", None),
    ],
)
def test_a_form_gives_its_version_of_a_private_listing_to_its_team(cast, form, number):
    missing = f"algorithm algo://visionlab/Counter/{form} not found"
    for who in ("member", "maintainer"):
        assert found(cast[who], "visionlab", "Counter", form) == (number or missing)
    for who in ("anonymous", "stranger", "owner"):
        outside = found(cast[who], "visionlab", "Counter", form)
        assert outside == "algorithm algo://visionlab/Counter not found"


def test_forty_digits_name_a_version_whose_digest_begins_with_them(cast):
    reader = Algorithm.objects.get(name="Reader")
    whole = "0123456789abcdef" * 4
    reader.versions.filter(major=2).update(digest=whole)
    assert found(cast["maintainer"], "visionlab", "Reader", whole[:40]) == "2.0.0"
    assert found(cast["maintainer"], "visionlab", "Reader", whole) == "2.0.0"
    for wrong in (whole[:39], whole[:41], whole[:63] + "0", "g" * 40):
        assert "not found" in found(cast["maintainer"], "visionlab", "Reader", wrong)


def test_a_share_lets_run_the_private_versions_but_no_digests(cast, charlie):
    counter = Algorithm.objects.get(name="Counter")
    Grant.objects.create(algorithm=counter, user=charlie, right="run")
    assert found(charlie, "visionlab", "Counter", "latestPrivate") == NEWEST
    assert "not found" in found(charlie, "visionlab", "Counter", digest("2.0.0"))


def test_an_algorithm_is_found_by_its_id_as_by_its_name(cast):
    for name in ("Reader", "Counter"):
        key = str(Algorithm.objects.get(name=name).pk)
        for form in ("", "1.0.0", "latestPrivate", "1.0.*", "9.9.9"):
            for who, viewer in cast.items():
                by_name = found(viewer, "visionlab", name, form)
                by_id = found(viewer, key.upper() if form else key, "", form)
                by_id = by_id.replace(key, f"visionlab/{name}")
                assert by_id.startswith(by_name[:9]), (who, form)
                assert ("not found" in by_id) == ("not found" in by_name), (who, form)


def test_a_private_id_and_one_that_is_none_are_the_same_to_a_stranger(cast):
    private = str(Algorithm.objects.get(name="Counter").pk)
    nobodys = str(uuid4())
    for form in ("", "1.0.0", "latest", digest("1.0.0")):
        answers = {
            found(cast["stranger"], key, "", form).replace(key, "ID")
            for key in (private, nobodys)
        }
        assert len(answers) == 1


def test_an_owner_whose_name_looks_like_an_id_stays_callable(cast, charlie):
    slug = "0190a0a0-0000-7000-8000-000000000001"
    create_team(slug=slug, name="Odd", created_by=charlie)
    listing(slug, "Echo", "public", {"1.0.0": "public"})
    assert found(charlie, slug, "", "Echo") == "1.0.0"
    assert found(charlie, slug, "Echo", "1.0.0") == "1.0.0"


def test_what_is_printed_is_shown_to_those_who_belong_to_the_owner(cast, charlie):
    counter = Algorithm.objects.get(name="Counter")
    Grant.objects.create(algorithm=counter, user=charlie, right="run")
    shown = {}
    for who, viewer in cast.items():
        caller = caller_on_page(viewer, "192.0.2.1")
        target = resolving.target_of(caller=caller, owner="visionlab", name="Reader")
        shown[who] = target.shows_output
    assert shown == {
        "anonymous": False,
        "stranger": False,
        "owner": False,
        "member": True,
        "maintainer": True,
    }
    caller = caller_on_page(charlie, "192.0.2.1")
    target = resolving.target_of(caller=caller, owner="visionlab", name="Counter")
    assert target.may_run
    assert not target.shows_output


def test_a_closed_source_is_for_those_who_belong_to_the_owner(cast):
    def shown(who) -> bool:
        caller = caller_on_page(cast[who], "192.0.2.1")
        asked = {"owner": "visionlab", "name": "Reader"}
        return resolving.target_of(caller=caller, **asked).shows_source

    assert all(shown(who) for who in cast)
    Version.objects.update(permissions={"source": "closed"})
    resolving._targets = Lookups()  # rows changed behind its back
    assert {who for who in cast if shown(who)} == {"member", "maintainer"}


def test_a_digest_that_is_missing_and_one_that_is_private_are_one_answer(cast):
    with pytest.raises(NotFound) as private:
        resolving.find_by_digest(
            viewer=cast["stranger"],
            algorithm=Algorithm.objects.get(name="Reader"),
            digest=digest("1.0.0"),
        )
    assert private.value.message.endswith("not found")
