"""Who calls: whom the session or key stands for, and what it may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from catalog.api import serializers as shapes
from catalog.api.authentication import caller_of
from catalog.api.permissions import SignedIn
from catalog.api.views import Private
from catalog.services import api_keys, teams

if TYPE_CHECKING:
    from rest_framework.request import Request


class CallingKey(serializers.Serializer[Any]):
    """The key that calls."""

    id = serializers.UUIDField(source="pk")
    name = serializers.CharField()
    prefix = serializers.CharField()
    rules = serializers.ListField(child=serializers.CharField())
    calls_per_day = serializers.IntegerField(allow_null=True)
    expires_at = serializers.DateTimeField()


class MeShape(serializers.Serializer[Any]):
    """The caller; `username` is the team's name in addresses for a team's key."""

    username = serializers.CharField()
    kind = serializers.ChoiceField(choices=["person", "team"])
    teams = serializers.ListField(child=serializers.CharField())
    scopes = serializers.ListField(child=serializers.CharField())
    key = CallingKey(allow_null=True)


class Me(Private):
    """The caller: whom it stands for, teams, scopes, and the key with its limits."""

    permission_classes = [SignedIn]

    @extend_schema(responses={200: MeShape, 401: shapes.ProblemShape})
    def get(self, request: Request) -> Response:
        caller = caller_of(request)
        key = api_keys.key_behind(caller=caller)
        mine = teams.teams_of(viewer=caller.viewer)
        told = {
            "username": caller.viewer.get_username(),
            "kind": "team" if caller.user_id is None else "person",
            "teams": sorted(each.owner.slug for each in mine),
            "scopes": sorted(caller.scopes),
            "key": key,
        }
        return Response(MeShape(told).data)
