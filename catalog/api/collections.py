"""Collections on the catalog API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from catalog.api.serializers import AlgorithmRow
from catalog.api.views import PROBLEMS, Private
from catalog.services import collections

if TYPE_CHECKING:
    from rest_framework.request import Request


class CollectionRow(serializers.Serializer[Any]):
    """A collection in a list; `count` is of what the caller sees."""

    slug = serializers.CharField(source="collection.slug")
    title = serializers.CharField(source="collection.title")
    summary = serializers.CharField(source="collection.summary")
    featured = serializers.BooleanField(source="collection.is_featured")
    count = serializers.IntegerField()
    url = serializers.CharField(source="collection.get_absolute_url")


class CollectionList(serializers.Serializer[Any]):
    """The collections that show the caller something, in their order."""

    results = CollectionRow(many=True)
    total = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)


class CollectionItemShape(serializers.Serializer[Any]):
    """An algorithm in a collection, and why it is there."""

    note = serializers.CharField()
    algorithm = AlgorithmRow()


class CollectionDetail(CollectionRow):
    """A collection with what the caller sees of it, in its order."""

    items = CollectionItemShape(many=True)


class Collections(Private):
    """The collections that show the caller something."""

    @extend_schema(responses={200: CollectionList, **PROBLEMS})
    def get(self, request: Request) -> Response:
        rows = collections.collections_for(viewer=request.user)
        answer = {"results": rows, "total": len(rows), "next": None}
        return Response(CollectionList(answer).data)


class CollectionView(Private):
    """One collection."""

    @extend_schema(responses={200: CollectionDetail, **PROBLEMS})
    def get(self, request: Request, slug: str) -> Response:
        found = collections.collection(viewer=request.user, slug=slug)
        return Response(CollectionDetail(found).data)
