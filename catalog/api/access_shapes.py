"""Shapes of visibility, shares and requests for access on the catalog API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.api.serializers import AlgorithmDetail
from catalog.models import AccessRequest, Grant, Visibility
from catalog.services import grants


class AlgorithmTold(serializers.Serializer[Any]):
    """Who sees a listing; what is left out stays as it is.

    `public` is decided by a curator after a review; it is accepted here for what is
    public already.
    """

    visibility = serializers.ChoiceField(choices=Visibility.values, required=False)
    discoverable = serializers.BooleanField(required=False)


class AlgorithmState(AlgorithmDetail):
    """An algorithm with whether it is on request."""

    discoverable = serializers.BooleanField(source="is_discoverable")


class VersionTold(serializers.Serializer[Any]):
    """Who sees a version."""

    visibility = serializers.ChoiceField(choices=Visibility.values)


class GrantTold(serializers.Serializer[Any]):
    """A share: `to` is an owner's name or sharing code."""

    to = serializers.CharField(max_length=200)
    right = serializers.ChoiceField(choices=Grant.Right.values)


class GrantShape(serializers.Serializer[Any]):
    """A share as it is."""

    id = serializers.UUIDField()
    to = serializers.SerializerMethodField()
    kind = serializers.SerializerMethodField()
    right = serializers.CharField()
    created_at = serializers.DateTimeField()

    def get_to(self, row: Grant) -> str:
        return grants.holder_of(row)

    def get_kind(self, row: Grant) -> str:
        return "team" if row.team_id is not None else "person"


class GrantList(serializers.Serializer[Any]):
    """The shares of a listing, the oldest first."""

    results = GrantShape(many=True)
    total = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)


class StubShape(serializers.Serializer[Any]):
    """A private listing on request: this is all that is shown of it."""

    owner = serializers.CharField()
    name = serializers.CharField()
    summary = serializers.CharField()


class StubList(serializers.Serializer[Any]):
    """Listings on request, by owner and name."""

    results = StubShape(many=True)
    total = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)


class RequestTold(serializers.Serializer[Any]):
    """What access is needed for."""

    reason = serializers.CharField(max_length=500)


class DecisionTold(serializers.Serializer[Any]):
    """A decision: to grant needs a right, to decline an answer."""

    grant = serializers.BooleanField()
    right = serializers.ChoiceField(choices=Grant.Right.values, required=False)
    answer = serializers.CharField(max_length=500, required=False, allow_blank=True)


class RequestShape(serializers.Serializer[Any]):
    """A request for access; `role` is what the caller is to it: asker or decider."""

    id = serializers.UUIDField()
    owner = serializers.CharField(source="algorithm.owner.slug")
    name = serializers.CharField(source="algorithm.name")
    user = serializers.CharField(source="user.username")
    reason = serializers.CharField()
    state = serializers.ChoiceField(choices=AccessRequest.State.values)
    answer = serializers.CharField()
    role = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)

    def get_role(self, row: AccessRequest) -> str:
        return "asker" if row.user_id == self.context.get("user_id") else "decider"


class RequestList(serializers.Serializer[Any]):
    """One's own requests, and those that wait for one's decision."""

    results = RequestShape(many=True)
    total = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
