"""Stars on the catalog API: one's own mark on an algorithm, and all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from catalog.api.permissions import Stars
from catalog.api.serializers import AlgorithmRow
from catalog.api.views import PROBLEMS, Private
from catalog.services import stars

if TYPE_CHECKING:
    from rest_framework.request import Request


class StarShape(serializers.Serializer[Any]):
    """Whether the caller has starred the algorithm, and how many people have."""

    starred = serializers.BooleanField()
    stars = serializers.IntegerField()


class StarredList(serializers.Serializer[Any]):
    """What the caller has starred and still sees, the newest mark first."""

    results = AlgorithmRow(many=True)
    total = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)


class StarView(Private):
    """The caller's star on an algorithm; setting and taking it twice is no error."""

    permission_classes = [Stars]

    @extend_schema(responses={200: StarShape, **PROBLEMS})
    def get(self, request: Request, owner: str, name: str) -> Response:
        found = self.algorithm(request, owner, name)
        is_on = stars.is_starred(viewer=request.user, algorithm=found)
        return _answer(found.star_count, is_on=is_on)

    @extend_schema(request=None, responses={200: StarShape, **PROBLEMS})
    def put(self, request: Request, owner: str, name: str) -> Response:
        found = self.algorithm(request, owner, name)
        return _answer(stars.star(viewer=request.user, algorithm=found), is_on=True)

    @extend_schema(responses={200: StarShape, **PROBLEMS})
    def delete(self, request: Request, owner: str, name: str) -> Response:
        found = self.algorithm(request, owner, name)
        return _answer(stars.unstar(viewer=request.user, algorithm=found), is_on=False)


def _answer(count: int, *, is_on: bool) -> Response:
    return Response({"starred": is_on, "stars": count})


class Starred(Private):
    """What the caller has starred."""

    permission_classes = [Stars]

    @extend_schema(responses={200: StarredList, **PROBLEMS})
    def get(self, request: Request) -> Response:
        rows = stars.starred(viewer=request.user)
        answer = {"results": rows, "total": len(rows), "next": None}
        return Response(StarredList(answer).data)
