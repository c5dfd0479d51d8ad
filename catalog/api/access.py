"""Who sees a listing, shares of it, and requests for access, on the catalog API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response

from catalog.api import access_shapes as shapes
from catalog.api import views
from catalog.api.permissions import Administers
from catalog.api.serializers import VersionDetail
from catalog.api.views import PROBLEMS, Private
from catalog.services import access_requests, discoverable, grants, sharing
from catalog.services.pages import requests

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.serializers import Serializer


def _told(shape: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """Read the body; a fault of it is answered with its pointer."""
    read = shape(data=request.data)
    read.is_valid(raise_exception=True)
    told: dict[str, Any] = read.validated_data
    return told


def _listed(rows: Sequence[Any]) -> dict[str, Any]:
    return {"results": rows, "total": len(rows), "next": None}


class _Changed(Private):
    """Everybody reads what they see; to change it needs the scope `admin`."""

    def get_permissions(self) -> Sequence[Any]:
        if self.request.method in SAFE_METHODS:
            return super().get_permissions()
        return [Administers()]


class AlgorithmView(_Changed, views.AlgorithmView):
    """One algorithm with its card and newest version."""

    @extend_schema(
        request=shapes.AlgorithmTold,
        responses={200: shapes.AlgorithmState, **PROBLEMS},
    )
    def patch(self, request: Request, owner: str, name: str) -> Response:
        """Make a listing private, put it on request or take it off."""
        told = _told(shapes.AlgorithmTold, request)
        done = sharing.change(
            viewer=request.user,
            owner=owner,
            name=name,
            visibility=told.get("visibility", ""),
            is_discoverable=told.get("discoverable"),
        )
        return Response(shapes.AlgorithmState(done).data)


class VersionView(_Changed, views.VersionView):
    """One version whole: contract, card and examples."""

    @extend_schema(
        request=shapes.VersionTold, responses={200: VersionDetail, **PROBLEMS}
    )
    def patch(self, request: Request, owner: str, name: str, number: str) -> Response:
        """Make a version public or private."""
        told = _told(shapes.VersionTold, request)
        done = sharing.set_version_visibility(
            viewer=request.user, owner=owner, name=name, number=number, **told
        )
        return Response(VersionDetail(done).data)


class Grants(Private):
    """The shares of a listing, for those who decide who sees it."""

    permission_classes = [Administers]

    @extend_schema(responses={200: shapes.GrantList, **PROBLEMS})
    def get(self, request: Request, owner: str, name: str) -> Response:
        rows = grants.grants_of(viewer=request.user, owner=owner, name=name)
        return Response(shapes.GrantList(_listed(rows)).data)

    @extend_schema(
        request=shapes.GrantTold, responses={201: shapes.GrantShape, **PROBLEMS}
    )
    def post(self, request: Request, owner: str, name: str) -> Response:
        """Share with an owner; who has a share already gets the new right."""
        told = _told(shapes.GrantTold, request)
        row = grants.grant(viewer=request.user, owner=owner, name=name, **told)
        return Response(shapes.GrantShape(row).data, status=201)


class GrantView(Private):
    """One share."""

    permission_classes = [Administers]

    @extend_schema(responses={204: None, **PROBLEMS})
    def delete(self, request: Request, owner: str, name: str, pk: UUID) -> Response:
        """End a share with the next request."""
        grants.revoke_grant(viewer=request.user, owner=owner, name=name, pk=pk)
        return Response(status=204)


class Discoverable(Private):
    """Private listings that a person may ask to see, by words in what is shown."""

    permission_classes = [Administers]

    @extend_schema(
        parameters=[OpenApiParameter("q", str)],
        responses={200: shapes.StubList, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        text = request.query_params.get("q", "")
        rows = discoverable.matching(viewer=request.user, text=text)
        return Response(shapes.StubList(_listed(rows)).data)


class AlgorithmRequests(Private):
    """Requests for access to one listing."""

    permission_classes = [Administers]

    @extend_schema(
        request=shapes.RequestTold, responses={201: shapes.RequestShape, **PROBLEMS}
    )
    def post(self, request: Request, owner: str, name: str) -> Response:
        """Ask to see a listing that is on request."""
        told = _told(shapes.RequestTold, request)
        row = access_requests.ask(viewer=request.user, owner=owner, name=name, **told)
        return Response(_shape(request, row), status=201)


class AccessRequests(Private):
    """One's own requests for access, and those that wait for one's decision."""

    permission_classes = [Administers]

    @extend_schema(responses={200: shapes.RequestList, **PROBLEMS})
    def get(self, request: Request) -> Response:
        own = requests.asked_by(request.user)
        rows = [*own, *requests.to_decide(viewer=request.user)]
        context = {"user_id": request.user.pk}
        return Response(shapes.RequestList(_listed(rows), context=context).data)


class AccessRequestView(Private):
    """One's own request for access."""

    permission_classes = [Administers]

    @extend_schema(responses={204: None, **PROBLEMS})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Take a waiting request back."""
        access_requests.withdraw(viewer=request.user, pk=pk)
        return Response(status=204)


class DecisionView(Private):
    """The decision on a request for access."""

    permission_classes = [Administers]

    @extend_schema(
        request=shapes.DecisionTold, responses={200: shapes.RequestShape, **PROBLEMS}
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Grant a request with a right, or decline it with an answer."""
        told = _told(shapes.DecisionTold, request)
        row = access_requests.decide(
            viewer=request.user,
            pk=pk,
            is_granted=told["grant"],
            right=told.get("right", ""),
            answer=told.get("answer", ""),
        )
        return Response(_shape(request, row))


def _shape(request: Request, row: Any) -> Any:
    return shapes.RequestShape(row, context={"user_id": request.user.pk}).data
