"""Shapes of teams, members and invitations on the catalog API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import invitations, teams
from accounts.models import Membership

ROLES = Membership.Role.choices
SLUG = 39


class TeamShape(serializers.Serializer[Any]):
    """A team that the caller belongs to, and the caller's role in it."""

    slug = serializers.CharField(source="owner.slug")
    name = serializers.CharField(source="team.name")
    about = serializers.CharField(source="team.about")
    role = serializers.ChoiceField(choices=ROLES)
    created_at = serializers.DateTimeField(source="team.created_at")


class TeamList(serializers.Serializer[Any]):
    """The caller's teams, by name."""

    results = TeamShape(many=True)
    total = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)


class TeamTold(serializers.Serializer[Any]):
    """What a team is called."""

    slug = serializers.CharField(max_length=SLUG)
    name = serializers.CharField(max_length=teams.LONGEST_NAME)
    about = serializers.CharField(
        max_length=teams.LONGEST_ABOUT, allow_blank=True, default=""
    )


class MemberShape(serializers.Serializer[Any]):
    """A member of a team."""

    username = serializers.CharField(source="user.username")
    role = serializers.ChoiceField(choices=ROLES)
    since = serializers.DateTimeField(source="created_at")


class MemberList(serializers.Serializer[Any]):
    """The members of a team, by name."""

    results = MemberShape(many=True)
    total = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)


class RoleTold(serializers.Serializer[Any]):
    """The role that a member gets."""

    role = serializers.ChoiceField(choices=ROLES)


class InvitationShape(serializers.Serializer[Any]):
    """An open invitation; `email` is empty where it is for whoever has the link."""

    id = serializers.UUIDField()
    role = serializers.ChoiceField(choices=ROLES)
    email = serializers.CharField(allow_blank=True)
    uses_left = serializers.IntegerField()
    invited_by = serializers.CharField(source="invited_by.username")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class InvitationList(serializers.Serializer[Any]):
    """The open invitations into a team, newest first."""

    results = InvitationShape(many=True)
    total = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)


class NewInvitationShape(InvitationShape):
    """An invitation just made; `token` is shown this once, null where it was mailed."""

    token = serializers.CharField(allow_null=True)
    url = serializers.CharField(allow_null=True)


class InvitationTold(serializers.Serializer[Any]):
    """The invitation to make."""

    role = serializers.ChoiceField(choices=ROLES, default=Membership.Role.MEMBER)
    email = serializers.EmailField(allow_blank=True, default="")
    uses = serializers.IntegerField(
        min_value=1, max_value=invitations.MOST_USES, default=1
    )
    days = serializers.IntegerField(
        min_value=1,
        max_value=invitations.MOST_DAYS,
        default=invitations.DEFAULT_DAYS,
    )


class TokenTold(serializers.Serializer[Any]):
    """The token of an invitation."""

    token = serializers.CharField(max_length=100)


class AcceptedShape(serializers.Serializer[Any]):
    """What was joined: a team, or with null the catalog."""

    team = serializers.CharField(allow_null=True)


class MoveTold(serializers.Serializer[Any]):
    """Another owner, another name, or both; what is left out stays."""

    owner = serializers.CharField(max_length=SLUG, required=False, default="")
    name = serializers.CharField(max_length=99, required=False, default="")
