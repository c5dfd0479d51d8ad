"""Rules of teams: who may what, and that there is always an owner."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts import invitations, roles, teams
from accounts.models import Invitation, Membership
from accounts.roles import Action
from accounts.services import add_member, create_team, create_user

#             member, maintainer, owner
MAY = {
    Action.SEE: (True, True, True),
    Action.INVITE: (False, True, True),
    Action.PUBLISH: (False, True, True),
    Action.GRANT: (False, True, True),
    Action.KEYS: (False, True, True),
    Action.RECEIVE: (False, True, True),
    Action.GIVE: (False, False, True),
    Action.ROLES: (False, False, True),
    Action.SETTINGS: (False, False, True),
    Action.DELETE: (False, False, True),
    Action.AUDIT: (False, False, True),
}


def person(name):
    return create_user(username=name, password="correct horse battery")


@pytest.mark.parametrize("action", Action)
def test_each_role_may_what_the_table_says(action):
    held = tuple(roles.may(role, action) for role in Membership.Role.values)
    assert held == MAY[action]
    assert not roles.may("", action)


@pytest.mark.parametrize("action", Action)
def test_a_refusal_names_who_may(action):
    with pytest.raises(roles.RoleNeeded) as refused:
        roles.check("", action)
    (said,) = refused.value.messages
    for role, allowed in zip(Membership.Role.values, MAY[action], strict=True):
        assert (f"{role}s" in said.partition("team's ")[2]) == allowed


def test_roles_are_in_order():
    assert roles.within("member", of="maintainer")
    assert roles.within("owner", of="owner")
    assert not roles.within("owner", of="maintainer")
    assert roles.higher("member", "owner") == roles.higher("owner", "member") == "owner"


VERBS = {
    "rename": lambda actor, team, _other: teams.rename(
        actor=actor, team=team, slug="sight", name="Sight", about=""
    ),
    "set role": lambda actor, team, other: teams.set_role(
        actor=actor, team=team, user=other, role="maintainer"
    ),
    "remove": lambda actor, team, other: teams.remove(
        actor=actor, team=team, user=other
    ),
    "delete": lambda actor, team, _other: teams.delete(actor=actor, team=team),
    "invite a member": lambda actor, team, _other: invitations.invite(
        actor=actor, team=team
    ),
    "invite a maintainer": lambda actor, team, _other: invitations.invite(
        actor=actor, team=team, role="maintainer"
    ),
    "invite an owner": lambda actor, team, _other: invitations.invite(
        actor=actor, team=team, role="owner"
    ),
}
VERBS_MAY = {
    "rename": (False, False, False, True),
    "set role": (False, False, False, True),
    "remove": (False, False, False, True),
    "delete": (False, False, False, True),
    "invite a member": (False, False, True, True),
    "invite a maintainer": (False, False, True, True),
    "invite an owner": (False, False, False, True),
}


@pytest.mark.django_db
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("role", "number"), [("", 0), ("member", 1), ("maintainer", 2), ("owner", 3)]
)
def test_a_verb_asks_the_role_of_who_acts(
    vision_lab, linus, charlie, verb, role, number
):
    if role:
        add_member(team=vision_lab, user=charlie, role=role)
    if VERBS_MAY[verb][number]:
        VERBS[verb](charlie, vision_lab, linus)
        return
    with pytest.raises(roles.RoleNeeded):
        VERBS[verb](charlie, vision_lab, linus)


@pytest.mark.django_db
def test_a_closed_account_has_no_role_and_is_no_owner_that_stays(
    vision_lab, ada, charlie
):
    for user in (ada, charlie):
        add_member(team=vision_lab, user=user, role="owner")
    charlie.is_active = False
    charlie.save()
    assert teams.role_of(vision_lab, charlie) == ""
    with pytest.raises(ValidationError, match="at least one owner"):
        teams.remove(actor=ada, team=vision_lab, user=ada)


def at_once(*acts) -> list[str]:
    """Do all at the same time, each on a connection of its own; what was refused."""
    start, refused = Barrier(len(acts)), []

    def run(act):
        start.wait()
        try:
            act()
        except ValidationError as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return refused


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", range(5))
def test_two_owners_who_leave_at_once_leave_one(again):
    team = create_team(slug="lab", name="Lab")
    people = [person(name) for name in ("ada", "carol")]
    for user in people:
        add_member(team=team, user=user, role="owner")
    refused = at_once(
        *(
            lambda user=user: teams.remove(actor=user, team=team, user=user)
            for user in people
        )
    )
    assert refused == ["last_owner"]
    assert team.memberships.filter(role="owner").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", range(5))
def test_two_owners_who_demote_each_other_leave_one(again):
    team = create_team(slug="lab", name="Lab")
    ada, carol = people = [person(name) for name in ("ada", "carol")]
    for user in people:
        add_member(team=team, user=user, role="owner")
    refused = at_once(
        lambda: teams.set_role(actor=ada, team=team, user=carol, role="member"),
        lambda: teams.set_role(actor=carol, team=team, user=ada, role="member"),
    )
    # The second is an owner no more when it is their turn.
    assert refused == ["role"]
    assert team.memberships.filter(role="owner").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", range(5))
def test_an_invitation_for_one_lets_one_of_five_in(again):
    team = create_team(slug="lab", name="Lab")
    ada = person("ada")
    add_member(team=team, user=ada, role="owner")
    new = invitations.invite(actor=ada, team=team)
    people = [person(f"guest{number}") for number in range(5)]
    opened = [invitations.find_open(new.token) for _person in people]
    refused = at_once(
        *(
            lambda user=user, row=row: invitations.accept(user=user, invitation=row)
            for user, row in zip(people, opened, strict=True)
        )
    )
    assert refused == ["closed"] * 4
    assert team.memberships.exclude(user=ada).count() == 1
    assert Invitation.objects.get().uses_left == 0


@pytest.mark.django_db(transaction=True)
def test_a_name_that_two_want_at_once_is_given_once():
    people = [person(name) for name in ("ada", "carol")]
    refused = at_once(
        *(
            lambda user=user: teams.create(actor=user, slug="lab", name="Lab")
            for user in people
        )
    )
    assert refused == ["taken"]


def test_tokens_have_enough_bits_and_are_not_alike(db, carol):
    tokens = {invitations.invite(actor=carol).token for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) >= 43 for token in tokens)
