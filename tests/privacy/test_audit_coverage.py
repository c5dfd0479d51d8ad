"""Every verb that changes keys, members, visibility or curation leaves its entry.

A table of verbs: each is done, is refused, and is done while the trail cannot be
written. A verb of the modules below that is not in it fails the last test.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from accounts import invitations, keys, leaks
from accounts import services as accounts
from accounts import teams as teams_of_accounts
from accounts.models import Membership
from catalog.models import Algorithm, AuditEntry, Build, Grant, Tag, Version, Visibility
from catalog.services import (
    access_requests,
    api_keys,
    audit,
    curation,
    data_directories,
    data_store,
    drafts,
    grants,
    organizations,
    people,
    releases,
    reviews,
    sharing,
    teams,
    transfers,
    webhook_secrets,
)
from catalog.services.callers import caller_on_page
from catalog.services.cards import card_for
from catalog.services.draft_settings import Said
from catalog.services.errors import ServiceError
from catalog.services.pages.audit import PHRASES

if TYPE_CHECKING:
    from collections.abc import Callable

Role = Membership.Role
LAB = "visionlab"

_MODULES = """
    accounts.invitations accounts.keys accounts.leaks accounts.services accounts.teams
    accounts.organizations accounts.people
    catalog.services.access_requests catalog.services.api_keys
    catalog.services.data_directories catalog.services.data_store
    catalog.services.curation catalog.services.grants catalog.services.reviews
    catalog.services.sharing catalog.services.teams catalog.services.transfers
    catalog.services.organizations catalog.services.people
    catalog.services.drafts catalog.services.releases
    catalog.services.webhook_secrets
"""
MODULES = _MODULES.split()
#: what only reads, checks or makes a text of it
READING = {
    "accounts.invitations": "find_open find_in open_into path_of remembered",
    "accounts.keys": "find_key known_key viewer_of",
    "accounts.leaks": "managers_of holders_of keys_page_of",
    "accounts.services": "generated_password",
    "accounts.organizations": "described",
    "accounts.teams": "address_of keep_an_owner member_of",
    "catalog.services.api_keys": "key_behind keys_of",
    "catalog.services.access_requests": "connect own_request",
    "catalog.services.grants": "grants_of rows_of sharing_code",
    "catalog.services.data_directories": "check_there list_place read_of",
    "catalog.services.data_store": "check_may_change directory_seen find_file locked "
    "open_file opened",
    "catalog.services.reviews": "waiting_review",
    "catalog.services.organizations": "find_by_external_id find_organization "
    "members_seen organizations_of",
    "catalog.services.people": "find_person is_told_all name_refusals people_seen",
    "catalog.services.sharing": "",
    "catalog.services.drafts": "check_publisher draft_of drafted_of files_of "
    "read_source source_of template_source",
    "catalog.services.releases": "wanted_in",
    "catalog.services.webhook_secrets": "has_secret signing_keys",
    "catalog.services.teams": "invited_people members_of open_invitations teams_of",
    "catalog.services.transfers": "may_move movable",
}
#: what changes something that the trail does not tell of, and why
UNTOLD = {
    "catalog.services.data_store.put_file": "adds to what its directory's rule covers",
    "accounts.invitations.remember": "keeps a token in one's own session",
    "accounts.services.create_user": "the command create_user tells, sign-up too",
    "accounts.services.register": "the sign-up tells of it",
    "accounts.services.create_team": "folders of an owner that is not there yet",
    "accounts.services.add_member": "of create_team, which has no maker",
    "catalog.services.drafts.update": "a draft is its owner's until it is published",
}


def listing(owner, name, visibility=Visibility.PRIVATE) -> Algorithm:
    card = card_for(source=f"# {name}")
    made = Algorithm.objects.create(
        owner=owner,
        name=name,
        title=name,
        summary=name,
        card=card,
        visibility=visibility,
    )
    for major in (1, 2):
        made.latest = Version.objects.create(
            algorithm=made,
            major=major,
            minor=0,
            patch=0,
            card=card,
            digest=str(major) * 64,
            visibility=visibility,
        )
    made.save()
    return made


@pytest.fixture
def world(ada, grace, linus, charlie, carol, vision_lab):
    """The cast with something to decide about."""
    w = SimpleNamespace(ada=ada, grace=grace, linus=linus, charlie=charlie, carol=carol)
    w.lab = vision_lab
    w.olga = accounts.create_user(username="olga", password="correct horse battery")
    accounts.add_member(team=w.lab, user=w.olga, role=Role.OWNER)
    w.empty = accounts.create_team(slug="emptylab", name="Empty", created_by=w.olga)
    w.secret = listing(w.lab.owner, "Secret")
    w.open = listing(w.lab.owner, "Open", Visibility.PUBLIC)
    w.adas = listing(ada.owner, "Mine")
    w.mailed = EmailAddress.objects.create(
        user=charlie, email="charlie@example.org", verified=True, primary=True
    )
    w.key = keys.create_key(user=ada, name="nightly", scopes=["read"])
    w.lab_key = keys.create_key(team=w.lab, made_by=w.olga, name="b", scopes=["read"])
    w.link = invitations.invite(actor=w.olga, team=w.lab, role=Role.MEMBER)
    w.higher = invitations.invite(actor=w.olga, team=w.lab, role=Role.MAINTAINER)
    w.for_charlie = invitations.invite(
        actor=w.olga, team=w.lab, email="charlie@example.org"
    )
    w.people = invitations.invite(actor=carol)
    w.grant, _before = grants.give(
        viewer=w.olga, algorithm=w.secret, to=w.empty.owner, right=Grant.Right.READ
    )
    w.asked = listing(w.lab.owner, "Asked")
    Algorithm.objects.filter(pk=w.asked.pk).update(is_discoverable=True)
    w.request = access_requests.ask(
        viewer=charlie, owner=LAB, name="Asked", reason="To read it."
    )
    w.review = reviews.request_review(viewer=grace, owner=LAB, name="Secret")
    w.draft = drafts.create(viewer=ada, owner="ada", name="Draft", said=Said())
    w.build = Build.objects.create(
        algorithm=w.draft.algorithm,
        state=Build.State.SUCCEEDED,
        digest="b" * 64,
        commit="b" * 40,
        bundle=w.draft.bundle,
        entry=w.draft.entry,
        manifest="",
        started_at=w.draft.updated_at,
        finished_at=w.draft.updated_at,
    )
    for name, by in (("shelf", ada), ("open", grace)):
        made = data_directories.create_directory(
            caller=at(by), parent="ada" if by is ada else LAB, name=name, read="public"
        )
        data_store.put_file(caller=at(by), path=f"{made.owner}/{name}/a", chunks=[b"x"])
    w.tags = [Tag.objects.create(name=name) for name in ("spech", "speech")]
    return w


def at(person):
    return caller_on_page(person, "203.0.113.5")


@dataclass(frozen=True)
class Verb:
    """What is done, the entries that it leaves, and the same by who may not."""

    name: str
    act: Callable[[Any], Any]
    entries: tuple[tuple[str, str], ...]
    refused: Callable[[Any], Any] | None = None


def verb(name, category, action, act, refused=None):
    return Verb(name, act, ((category, action),), refused)


def _curated(name, **more):
    act = getattr(curation, name)
    return verb(
        f"curation.{name}",
        "curation",
        name,
        lambda w: (
            _prepared(name, w),
            act(curator=w.carol, algorithms=[w.open], reason="So.", **more),
        ),
        lambda w: act(curator=w.olga, algorithms=[w.open], reason="So.", **more),
    )


UNDONE = {"unverify": "verified_at", "unfeature": "featured_at", "show": "hidden_at"}
UNDONE["restore"] = "deprecated_at"


def _prepared(name, w):
    """Give the algorithm the mark that the verb takes back."""
    if name in UNDONE:
        setattr(w.open, UNDONE[name], w.open.created_at)


VERBS = [
    # --- data
    verb(
        "make data directory",
        "visibility",
        "make data directory",
        lambda w: data_directories.create_directory(
            caller=at(w.ada), parent=".my", name="new"
        ),
        lambda w: data_directories.create_directory(
            caller=at(w.linus), parent=LAB, name="new"
        ),
    ),
    verb(
        "change data access",
        "visibility",
        "change data access",
        lambda w: data_directories.change_access(
            caller=at(w.grace), path=f"{LAB}/open", read="private"
        ),
        lambda w: data_directories.change_access(
            caller=at(w.linus), path=f"{LAB}/open", read="private"
        ),
    ),
    verb(
        "delete data directory",
        "visibility",
        "delete data directory",
        lambda w: data_directories.delete_directory(
            caller=at(w.ada), path=".my/shelf", force=True
        ),
        lambda w: data_directories.delete_directory(
            caller=at(w.charlie), path="ada/shelf", force=True
        ),
    ),
    verb(
        "delete data file",
        "visibility",
        "delete data file",
        lambda w: data_store.delete_file(caller=at(w.ada), path=".my/shelf/a"),
        lambda w: data_store.delete_file(caller=at(w.linus), path=f"{LAB}/open/a"),
    ),
    # --- teams
    verb(
        "create team",
        "membership",
        "create team",
        lambda w: teams.create_team(viewer=w.charlie, slug="newlab", name="New"),
        lambda w: teams.create_team(viewer=w.charlie, slug=LAB, name="New"),
    ),
    verb(
        "rename team",
        "membership",
        "rename team",
        lambda w: teams.rename_team(
            viewer=w.olga, team=LAB, slug="lab2", name="Lab", about=""
        ),
        lambda w: teams.rename_team(
            viewer=w.grace, team=LAB, slug="lab2", name="Lab", about=""
        ),
    ),
    verb(
        "delete team",
        "membership",
        "delete team",
        lambda w: teams.delete_team(viewer=w.olga, team="emptylab"),
        lambda w: teams.delete_team(viewer=w.olga, team=LAB),
    ),
    verb(
        "change role",
        "membership",
        "change role",
        lambda w: teams.set_role(
            viewer=w.olga, team=LAB, username="linus", role=Role.MAINTAINER
        ),
        lambda w: teams.set_role(
            viewer=w.grace, team=LAB, username="linus", role=Role.OWNER
        ),
    ),
    verb(
        "remove member",
        "membership",
        "remove member",
        lambda w: teams.remove_member(viewer=w.olga, team=LAB, username="linus"),
        lambda w: teams.remove_member(viewer=w.grace, team=LAB, username="linus"),
    ),
    verb(
        "leave team",
        "membership",
        "leave team",
        lambda w: teams.leave(viewer=w.linus, team=LAB),
        lambda w: teams.leave(viewer=w.olga, team=LAB),
    ),
    verb(
        "invite by link",
        "membership",
        "invite",
        lambda w: teams.invite(viewer=w.grace, team=LAB, role=Role.MEMBER),
        lambda w: teams.invite(viewer=w.linus, team=LAB, role=Role.MEMBER),
    ),
    verb(
        "revoke invitation",
        "membership",
        "revoke invitation",
        lambda w: teams.revoke_invitation(viewer=w.olga, team=LAB, pk=w.link.row.pk),
        lambda w: teams.revoke_invitation(viewer=w.linus, team=LAB, pk=w.link.row.pk),
    ),
    verb(
        "accept by link",
        "membership",
        "add member",
        lambda w: teams.accept(viewer=w.charlie, token=w.link.token),
        lambda w: teams.accept(viewer=w.charlie, token="nothing"),
    ),
    verb(
        "accept a higher role",
        "membership",
        "change role",
        lambda w: teams.accept(viewer=w.linus, token=w.higher.token),
    ),
    verb(
        "accept by mail",
        "membership",
        "add member",
        lambda w: teams.accept_mailed(viewer=w.charlie, pk=w.for_charlie.row.pk),
        lambda w: teams.accept_mailed(viewer=w.ada, pk=w.for_charlie.row.pk),
    ),
    verb(
        "invite into the catalog",
        "membership",
        "invite",
        lambda w: teams.invite_people(viewer=w.carol, email="", uses=3, days=7),
        lambda w: teams.invite_people(viewer=w.olga, email="", uses=3, days=7),
    ),
    verb(
        "revoke an invitation into the catalog",
        "membership",
        "revoke invitation",
        lambda w: teams.revoke_person(viewer=w.carol, pk=w.people.row.pk),
        lambda w: teams.revoke_person(viewer=w.olga, pk=w.people.row.pk),
    ),
    verb(
        "accept an invitation into the catalog",
        "membership",
        "accept invitation",
        lambda w: invitations.accept(user=w.charlie, invitation=w.people.row),
    ),
    verb(
        "add member by the operator",
        "membership",
        "add member",
        lambda w: teams_of_accounts.add(
            actor=None, team=w.lab, user=w.ada, role=Role.MEMBER
        ),
        lambda w: teams_of_accounts.add(
            actor=None, team=w.lab, user=w.ada, role="boss"
        ),
    ),
    # --- people and organizations of /v1
    verb(
        "make somebody's account",
        "account",
        "create account",
        lambda w: people.create_person(
            viewer=w.carol, username="mary", email="mary@example.org"
        ),
        lambda w: people.create_person(
            viewer=w.olga, username="mary", email="mary@example.org"
        ),
    ),
    verb(
        "name an account",
        "account",
        "name account",
        lambda w: people.name_person(
            viewer=w.ada, username="ada", email="", fullname="Ada Lovelace"
        ),
        lambda w: people.name_person(
            viewer=w.grace, username="olga", email="", fullname="Olga O."
        ),
    ),
    verb(
        "close an account",
        "account",
        "close account",
        lambda w: people.close_person(viewer=w.carol, username="ada"),
        lambda w: people.close_person(viewer=w.carol, username="olga"),
    ),
    Verb(
        "make an organization",
        lambda w: organizations.create_organization(
            viewer=w.charlie, name="deepsea", label="Deep", said={"email": "a@b.org"}
        ),
        (("membership", "create team"), ("membership", "describe team")),
        lambda w: organizations.create_organization(
            viewer=w.charlie, name="deepsea", label="Deep", said={"email": "none"}
        ),
    ),
    Verb(
        "change an organization",
        lambda w: organizations.edit_organization(
            viewer=w.olga, name=LAB, label="Lab", said={"contact_name": "Olga"}
        ),
        (("membership", "describe team"), ("membership", "rename team")),
        lambda w: organizations.edit_organization(
            viewer=w.grace, name=LAB, label="Lab", said={"contact_name": "Grace"}
        ),
    ),
    verb(
        "delete an organization",
        "membership",
        "delete team",
        lambda w: organizations.delete_organization(viewer=w.olga, name="emptylab"),
        lambda w: organizations.delete_organization(viewer=w.olga, name=LAB),
    ),
    verb(
        "add a member to an organization",
        "membership",
        "add member",
        lambda w: organizations.add_member(
            viewer=w.olga, name="emptylab", username="grace"
        ),
        lambda w: organizations.add_member(viewer=w.grace, name=LAB, username="ada"),
    ),
    verb(
        "remove a member from an organization",
        "membership",
        "remove member",
        lambda w: organizations.remove_member(
            viewer=w.olga, name=LAB, username="linus"
        ),
        lambda w: organizations.remove_member(
            viewer=w.linus, name=LAB, username="grace"
        ),
    ),
    # --- keys
    verb(
        "make a key",
        "key",
        "create key",
        lambda w: api_keys.make_key(caller=at(w.ada), name="x", scopes=["run"]),
        lambda w: api_keys.make_key(caller=at(w.ada), name="x", scopes=["root"]),
    ),
    verb(
        "make a team's key",
        "key",
        "create key",
        lambda w: api_keys.make_key(
            caller=at(w.grace), team=LAB, name="x", scopes=["run"]
        ),
        lambda w: api_keys.make_key(
            caller=at(w.linus), team=LAB, name="x", scopes=["run"]
        ),
    ),
    verb(
        "make a team's key on its page",
        "key",
        "create key",
        lambda w: api_keys.maker_of_team(viewer=w.olga, team=LAB)(
            name="x", scopes=["run"]
        ),
        lambda w: api_keys.maker_of_team(viewer=w.linus, team=LAB),
    ),
    verb(
        "revoke a key",
        "key",
        "revoke key",
        lambda w: api_keys.revoke_key(caller=at(w.ada), pk=w.key.row.pk),
        lambda w: api_keys.revoke_key(caller=at(w.charlie), pk=w.key.row.pk),
    ),
    verb(
        "revoke a team's key",
        "key",
        "revoke key",
        lambda w: api_keys.revoke_key(
            caller=at(w.grace), pk=w.lab_key.row.pk, team=LAB
        ),
        lambda w: api_keys.revoke_key(
            caller=at(w.linus), pk=w.lab_key.row.pk, team=LAB
        ),
    ),
    verb(
        "make a person's webhook secret",
        "key",
        "make webhook secret",
        lambda w: webhook_secrets.make_secret(viewer=w.ada),
        lambda w: webhook_secrets.make_secret(viewer=w.ada, team=LAB),
    ),
    verb(
        "make a team's webhook secret",
        "key",
        "make webhook secret",
        lambda w: webhook_secrets.make_secret(viewer=w.grace, team=LAB),
        lambda w: webhook_secrets.make_secret(viewer=w.linus, team=LAB),
    ),
    verb(
        "end a leaked key",
        "key",
        "revoke leaked key",
        lambda w: leaks.end_leaked(w.key.secret),
    ),
    # --- visibility
    verb(
        "make private",
        "visibility",
        "make private",
        lambda w: sharing.make_private(viewer=w.grace, owner=LAB, name="Open"),
        lambda w: sharing.make_private(viewer=w.linus, owner=LAB, name="Open"),
    ),
    verb(
        "make private as a curator",
        "visibility",
        "make private",
        lambda w: sharing.make_private(
            viewer=w.carol, owner=LAB, name="Open", reason="It leaks."
        ),
        lambda w: sharing.make_private(viewer=w.charlie, owner=LAB, name="Open"),
    ),
    verb(
        "make a version private",
        "visibility",
        "make version private",
        lambda w: sharing.set_version_visibility(
            viewer=w.grace, owner=LAB, name="Open", number="1.0.0", visibility="private"
        ),
        lambda w: sharing.set_version_visibility(
            viewer=w.linus, owner=LAB, name="Open", number="1.0.0", visibility="private"
        ),
    ),
    verb(
        "put on request",
        "visibility",
        "put on request",
        lambda w: sharing.set_discoverable(
            viewer=w.grace, owner=LAB, name="Secret", is_on=True
        ),
        lambda w: sharing.set_discoverable(
            viewer=w.grace, owner=LAB, name="Open", is_on=True
        ),
    ),
    Verb(
        "take off request while somebody waits",
        lambda w: sharing.change(
            viewer=w.grace, owner=LAB, name="Asked", is_discoverable=False
        ),
        (("visibility", "end access request"), ("visibility", "take off request")),
        lambda w: sharing.change(
            viewer=w.linus, owner=LAB, name="Asked", is_discoverable=False
        ),
    ),
    verb(
        "share",
        "visibility",
        "share",
        lambda w: grants.grant(
            viewer=w.olga, owner=LAB, name="Asked", to="emptylab", right="read"
        ),
        lambda w: grants.grant(
            viewer=w.olga, owner=LAB, name="Asked", to="nobody", right="read"
        ),
    ),
    verb(
        "share again with another right",
        "visibility",
        "change share",
        lambda w: grants.grant(
            viewer=w.olga, owner=LAB, name="Secret", to="emptylab", right="run"
        ),
    ),
    verb(
        "change a share",
        "visibility",
        "change share",
        lambda w: grants.change_right(
            viewer=w.olga, owner=LAB, name="Secret", pk=w.grant.pk, right="run"
        ),
        lambda w: grants.change_right(
            viewer=w.linus, owner=LAB, name="Secret", pk=w.grant.pk, right="run"
        ),
    ),
    verb(
        "end a share",
        "visibility",
        "end share",
        lambda w: grants.revoke_grant(
            viewer=w.olga, owner=LAB, name="Secret", pk=w.grant.pk
        ),
        lambda w: grants.revoke_grant(
            viewer=w.charlie, owner=LAB, name="Secret", pk=w.grant.pk
        ),
    ),
    verb(
        "ask for access",
        "visibility",
        "request access",
        lambda w: access_requests.ask(
            viewer=w.ada, owner=LAB, name="Asked", reason="To compare."
        ),
        lambda w: access_requests.ask(
            viewer=w.ada, owner=LAB, name="Secret", reason="To compare."
        ),
    ),
    verb(
        "withdraw a request for access",
        "visibility",
        "withdraw access request",
        lambda w: access_requests.withdraw(viewer=w.charlie, pk=w.request.pk),
        lambda w: access_requests.withdraw(viewer=w.ada, pk=w.request.pk),
    ),
    verb(
        "grant a request",
        "visibility",
        "grant access",
        lambda w: access_requests.decide(
            viewer=w.grace, pk=w.request.pk, is_granted=True, right="read"
        ),
        lambda w: access_requests.decide(
            viewer=w.linus, pk=w.request.pk, is_granted=True, right="read"
        ),
    ),
    verb(
        "decline a request",
        "visibility",
        "decline access",
        lambda w: access_requests.decide(
            viewer=w.grace, pk=w.request.pk, is_granted=False, answer="Not yet."
        ),
        lambda w: access_requests.decide(
            viewer=w.grace, pk=w.request.pk, is_granted=False, answer=""
        ),
    ),
    verb(
        "make an algorithm",
        "visibility",
        "create algorithm",
        lambda w: drafts.create(viewer=w.grace, owner=LAB, name="Newborn", said=Said()),
        lambda w: drafts.create(viewer=w.linus, owner=LAB, name="Newborn", said=Said()),
    ),
    verb(
        "publish a version",
        "visibility",
        "publish version",
        lambda w: releases.publish(
            caller=caller_on_page(w.ada, ""),
            algorithm=w.draft.algorithm,
            wanted=releases.Wanted(commit="b" * 40),
        ),
        lambda w: releases.publish(
            caller=caller_on_page(w.charlie, ""),
            algorithm=w.draft.algorithm,
            wanted=releases.Wanted(commit="b" * 40),
        ),
    ),
    Verb(
        "publish a version for everybody, which waits for the curators",
        lambda w: releases.publish(
            caller=caller_on_page(w.ada, ""),
            algorithm=w.draft.algorithm,
            wanted=releases.Wanted(
                commit="b" * 40,
                said=Said(settings={"algorithm_callability": "public"}),
            ),
        ),
        (("curation", "request review"), ("visibility", "publish version")),
        lambda w: releases.publish(
            caller=caller_on_page(w.ada, ""),
            algorithm=w.draft.algorithm,
            wanted=releases.Wanted(commit="c" * 40),
        ),
    ),
    verb(
        "delete an algorithm",
        "visibility",
        "delete algorithm",
        lambda w: drafts.delete(viewer=w.grace, algorithm=w.secret),
        lambda w: drafts.delete(viewer=w.olga, algorithm=w.open),
    ),
    verb(
        "rename an algorithm",
        "visibility",
        "rename algorithm",
        lambda w: transfers.move_algorithm(
            viewer=w.ada, owner="ada", name="Mine", new_name="Yours"
        ),
        lambda w: transfers.move_algorithm(
            viewer=w.linus, owner=LAB, name="Secret", new_name="Yours"
        ),
    ),
    Verb(
        "transfer from a team to another, which both read",
        lambda w: transfers.move_algorithm(
            viewer=w.olga, owner=LAB, name="Secret", to="emptylab"
        ),
        (("visibility", "receive algorithm"), ("visibility", "transfer algorithm")),
        lambda w: transfers.move_algorithm(
            viewer=w.grace, owner=LAB, name="Secret", to="emptylab"
        ),
    ),
    verb(
        "transfer from a team to oneself",
        "visibility",
        "transfer algorithm",
        lambda w: transfers.move_algorithm(
            viewer=w.olga, owner=LAB, name="Secret", to="olga"
        ),
        lambda w: transfers.move_algorithm(
            viewer=w.olga, owner=LAB, name="Secret", to="ada"
        ),
    ),
    # --- curation
    verb(
        "ask for a review",
        "curation",
        "request review",
        lambda w: reviews.request_review(viewer=w.ada, owner="ada", name="Mine"),
        lambda w: reviews.request_review(viewer=w.linus, owner=LAB, name="Asked"),
    ),
    verb(
        "withdraw a review",
        "curation",
        "withdraw review",
        lambda w: reviews.withdraw_review(viewer=w.grace, owner=LAB, name="Secret"),
        lambda w: reviews.withdraw_review(viewer=w.linus, owner=LAB, name="Secret"),
    ),
    verb(
        "accept a review",
        "visibility",
        "make public",
        lambda w: reviews.accept(curator=w.carol, review=w.review),
        lambda w: reviews.accept(curator=w.olga, review=w.review),
    ),
    verb(
        "decline a review",
        "curation",
        "decline review",
        lambda w: reviews.decline(curator=w.carol, review=w.review, reason="No."),
        lambda w: reviews.decline(curator=w.carol, review=w.review, reason=""),
    ),
    *map(_curated, ("verify", "unverify", "feature", "unfeature", "hide", "show")),
    *map(_curated, ("deprecate", "restore")),
    verb(
        "merge tags",
        "curation",
        "merge tag",
        lambda w: curation.merge_tags(
            curator=w.carol, tags=[w.tags[0]], into=w.tags[1], reason="Spelling."
        ),
        lambda w: curation.merge_tags(
            curator=w.olga, tags=[w.tags[0]], into=w.tags[1], reason="Spelling."
        ),
    ),
    # --- account
    verb(
        "reset a password as the operator",
        "account",
        "reset password",
        lambda w: accounts.reset_password(user=w.ada),
    ),
]


def known():
    return set(AuditEntry.objects.values_list("pk", flat=True))


def rows():
    """Everything that is kept of people, teams and the catalog."""
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for app in ("accounts", "catalog")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
    }


every_verb = pytest.mark.parametrize("verb", VERBS, ids=[each.name for each in VERBS])


@every_verb
def test_a_verb_leaves_its_entry_and_no_other(world, verb):
    world.before = known()
    verb.act(world)
    new = AuditEntry.objects.exclude(pk__in=world.before)
    assert sorted((row.category, row.action) for row in new) == sorted(verb.entries)
    for row in new:
        assert row.action in PHRASES, f"no sentence for {row.action!r}"
        assert row.target.strip()
    for secret in (world.key.secret, world.lab_key.secret, world.link.token):
        assert not any(secret in repr(vars(row)) for row in new)


@pytest.mark.parametrize(
    "verb",
    [each for each in VERBS if each.refused],
    ids=[each.name for each in VERBS if each.refused],
)
def test_a_refused_act_leaves_nothing(world, verb):
    before = rows()
    with pytest.raises((ServiceError, ValidationError)):
        verb.refused(world)
    assert rows() == before


@every_verb
def test_an_act_that_cannot_be_noted_is_not_done(world, verb, monkeypatch):
    """The entry and the act are of one transaction: neither is there alone."""

    def fails(**_entry):
        raise RuntimeError("the disk is full")

    before = rows()
    monkeypatch.setattr(AuditEntry.objects, "create", fails)
    with pytest.raises(RuntimeError, match="disk is full"):
        verb.act(world)
    assert rows() == before


def test_an_entry_stays_when_the_answer_fails_afterwards(world, client, monkeypatch):
    def fails(*_args, **_options):
        raise RuntimeError("planted")

    monkeypatch.setattr(messages, "success", fails)
    monkeypatch.setattr(ModelAdmin, "message_user", fails)
    client.raise_request_exception = False
    for person, address, posted, action in (
        (
            world.olga,
            f"/teams/{LAB}/members/linus/role",
            {"role": "owner"},
            "change role",
        ),
        (world.grace, f"/{LAB}/Open/settings/visibility", {}, "make private"),
        (
            world.carol,
            reverse("admin:catalog_algorithm_changelist"),
            {
                "action": "verify",
                "_selected_action": [str(world.open.pk)],
                "answered": "1",
                "reason": "So.",
            },
            "verify",
        ),
    ):
        client.force_login(person)
        before = known()
        status = client.post(address, posted).status_code
        assert status == 500, address
        new = AuditEntry.objects.exclude(pk__in=before)
        assert [row.action for row in new] == [action], address
    assert world.lab.memberships.get(user=world.linus).role == Role.OWNER
    world.open.refresh_from_db()
    assert world.open.verified_at is not None


@contextmanager
def calls_seen(seen):
    """Note which functions are called, by module and name."""

    def look(frame, event, _arg):
        if event == "call":
            seen.add((frame.f_globals.get("__name__"), frame.f_code.co_name))

    former = sys.getprofile()
    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(former)


def public_functions(module):
    found = importlib.import_module(module)
    return {
        name
        for name, value in vars(found).items()
        if inspect.isfunction(value)
        and not name.startswith("_")
        and inspect.unwrap(value).__module__ == module
    }


def test_no_verb_is_missing_from_the_table(world):
    seen = set()
    for each in VERBS:
        with transaction.atomic():
            with calls_seen(seen):
                each.act(world)
            transaction.set_rollback(True)
    missing = {
        f"{module}.{name}"
        for module in MODULES
        for name in public_functions(module)
        if (module, name) not in seen and name not in READING.get(module, "").split()
    }
    assert missing - set(UNTOLD) == set()


def test_what_is_said_to_only_read_is_there(world):
    for module, names in READING.items():
        assert set(names.split()) <= public_functions(module), module


def test_the_trail_can_say_every_act_in_a_sentence(world):
    """As the entries of the administration are made from the names of its rows."""
    target = audit.note(actor=world.carol, action="verify", target=world.open)
    for phrase in PHRASES.values():
        assert phrase.format(target=target.target, kind="the tag")
