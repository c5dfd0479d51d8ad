"""API keys on the catalog API: made, listed and revoked by people and their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts import keys as limits
from accounts.models import ApiKey
from catalog.api.authentication import caller_of
from catalog.api.permissions import Administers
from catalog.api.views import PROBLEMS, Private
from catalog.services import api_keys

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request

SLUG = 39
RULE = 160


class KeyShape(serializers.Serializer[Any]):
    """A key without its secret; `calls` are those of the last 30 days."""

    id = serializers.UUIDField(source="key.pk")
    name = serializers.CharField(source="key.name")
    prefix = serializers.CharField(source="key.prefix")
    person = serializers.CharField(
        source="key.user.username", default=None, allow_null=True
    )
    team = serializers.CharField(
        source="key.team.owner.slug", default=None, allow_null=True
    )
    made_by = serializers.CharField(
        source="key.made_by.username", default=None, allow_null=True
    )
    scopes = serializers.ListField(source="key.scopes", child=serializers.CharField())
    rules = serializers.ListField(source="key.rules", child=serializers.CharField())
    calls_per_day = serializers.IntegerField(
        source="key.calls_per_day", allow_null=True
    )
    created_at = serializers.DateTimeField(source="key.created_at")
    expires_at = serializers.DateTimeField(source="key.expires_at")
    last_used_at = serializers.DateTimeField(source="key.last_used_at", allow_null=True)
    revoked_at = serializers.DateTimeField(source="key.revoked_at", allow_null=True)
    state = serializers.ChoiceField(choices=["live", "ended", "revoked"])
    calls = serializers.IntegerField()


class NewKeyShape(KeyShape):
    """A key just made, with its secret: it is in this answer only."""

    secret = serializers.CharField()


class KeyList(serializers.Serializer[Any]):
    """Keys, those that live first."""

    results = KeyShape(many=True)
    total = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)


class KeyTold(serializers.Serializer[Any]):
    """What a new key shall be; with `team` it stands for that team."""

    name = serializers.CharField(max_length=limits.NAME_CHARACTERS)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=ApiKey.Scope.choices), allow_empty=False
    )
    rules = serializers.ListField(
        child=serializers.CharField(max_length=RULE),
        max_length=limits.MOST_RULES,
        default=list,
    )
    days = serializers.IntegerField(
        min_value=1, max_value=limits.MAX_DAYS, default=limits.DEFAULT_DAYS
    )
    calls_per_day = serializers.IntegerField(
        min_value=1, max_value=limits.MOST_CALLS, allow_null=True, default=None
    )
    team = serializers.CharField(max_length=SLUG, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a misspelled limit: a key without it could do too much."""
        given = self.initial_data if isinstance(self.initial_data, dict) else {}
        unknown = sorted(set(given) - set(self.fields))
        if unknown:
            raise serializers.ValidationError({unknown[0]: "A key has no such part."})
        return attrs


class Keys(Private):
    """The caller's keys, or a team's."""

    permission_classes = [Administers]

    @extend_schema(
        parameters=[OpenApiParameter("team", str, description="This team's keys.")],
        responses={200: KeyList, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        team = request.query_params.get("team", "")
        rows = api_keys.keys_of(caller=caller_of(request), team=team)
        answer = {"results": rows, "total": len(rows), "next": None}
        return Response(KeyList(answer).data)

    @extend_schema(request=KeyTold, responses={201: NewKeyShape, **PROBLEMS})
    def post(self, request: Request) -> Response:
        """Make a key; its secret is in this answer only.

        A key makes none that may do, reach or live more than itself.
        """
        told = KeyTold(data=request.data)
        told.is_valid(raise_exception=True)
        caller = caller_of(request)
        new = api_keys.make_key(caller=caller, **told.validated_data)
        held = api_keys.find_key(caller=caller, pk=new.row.pk)
        shown = {**KeyShape(held).data, "secret": new.secret}
        response = Response(shown, status=201)
        response["Cache-Control"] = "private, no-store"
        return response


class KeyView(Private):
    """One of the caller's keys, or of the caller's teams."""

    permission_classes = [Administers]

    @extend_schema(responses={200: KeyShape, **PROBLEMS})
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(
            KeyShape(api_keys.find_key(caller=caller_of(request), pk=pk)).data
        )

    @extend_schema(responses={204: None, **PROBLEMS})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Revoke it, from the next request on; twice is no error."""
        api_keys.revoke_key(caller=caller_of(request), pk=pk)
        return Response(status=204)
