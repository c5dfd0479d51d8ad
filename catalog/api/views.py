"""Views of the catalog API: ask the service, serialize."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.api import serializers as shapes
from catalog.api.filters import AlgorithmFilter, SearchFilter
from catalog.api.permissions import Reads
from catalog.models import Algorithm, Version
from catalog.search.base import FACET_FIELDS
from catalog.services import resolving, search, snippets, suggestions
from catalog.services.errors import BadRequest
from catalog.snippets import executed, shown_targets

if TYPE_CHECKING:
    from rest_framework.request import Request

    from catalog.services.queries import Query

PROBLEMS = dict.fromkeys((400, 401, 403, 404), shapes.ProblemShape)


class Private(APIView):
    """What a viewer gets is his alone: no shared cache keeps it."""

    permission_classes = [Reads]

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Cookie", "Authorization"])
        return response

    def algorithm(self, request: Request, owner: str, name: str) -> Algorithm:
        return resolving.find_algorithm(viewer=request.user, owner=owner, name=name)

    def version(self, request: Request, owner: str, name: str, number: str) -> Version:
        return resolving.find_version(
            viewer=request.user,
            algorithm=self.algorithm(request, owner, name),
            number=number,
        )


class Algorithms(Private, GenericAPIView[Algorithm]):
    """Search and list algorithms."""

    queryset = Algorithm.objects.none()
    serializer_class = shapes.AlgorithmPage
    filter_backends = [DjangoFilterBackend]
    filterset_class = AlgorithmFilter
    pagination_class = None

    @extend_schema(filters=True, responses={200: shapes.AlgorithmPage, **PROBLEMS})
    def get(self, request: Request) -> Response:
        query = _asked(AlgorithmFilter(request.query_params, self.get_queryset()))
        found = search.search(viewer=request.user, query=query)
        response = Response(shapes.AlgorithmPage(_page(found)).data)
        if found.next_cursor:
            response["Link"] = f'<{_next_address(request, found)}>; rel="next"'
        return response


class Facets(Private, GenericAPIView[Algorithm]):
    """Count the values of facets over all matches, without their rows."""

    queryset = Algorithm.objects.none()
    serializer_class = shapes.FacetList
    filter_backends = [DjangoFilterBackend]
    filterset_class = SearchFilter
    pagination_class = None

    @extend_schema(filters=True, responses={200: shapes.FacetList, **PROBLEMS})
    def get(self, request: Request) -> Response:
        query = _asked(SearchFilter(request.query_params, self.get_queryset()))
        names = query.facets or FACET_FIELDS
        counted = replace(query, facets=names, limit=1)
        found = search.search(viewer=request.user, query=counted)
        answer = {"facets": found.facets, "total": found.total}
        return Response(shapes.FacetList(answer).data)


def _asked(parameters: SearchFilter) -> Query:
    if not parameters.is_valid():
        raise BadRequest(_first_fault(parameters.errors))
    query: Query = parameters.query
    return query


def _page(found: search.Results) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "results": found.rows,
        "total": found.total,
        "next": found.next_cursor or None,
    }
    if found.query.facets:
        answer["facets"] = found.facets
    if found.corrected:
        answer["did_you_mean"] = found.corrected
    if found.degraded:
        answer["degraded"] = found.degraded
    return answer


def _first_fault(errors: Any) -> str:
    name, said = next(iter(errors.items()))
    return f"{name}: {' '.join(map(str, said))}"


def _next_address(request: Request, found: search.Results) -> str:
    parameters = request.query_params.copy()
    parameters["cursor"] = found.next_cursor
    return f"{request.build_absolute_uri(request.path)}?{parameters.urlencode()}"


class AlgorithmView(Private):
    """One algorithm with its card and newest version."""

    @extend_schema(responses={200: shapes.AlgorithmDetail, **PROBLEMS})
    def get(self, request: Request, owner: str, name: str) -> Response:
        found = self.algorithm(request, owner, name)
        return Response(shapes.AlgorithmDetail(found).data)


class Versions(Private):
    """The versions of an algorithm, newest first."""

    @extend_schema(responses={200: shapes.VersionList, **PROBLEMS})
    def get(self, request: Request, owner: str, name: str) -> Response:
        algorithm = self.algorithm(request, owner, name)
        rows = list(resolving.versions_of(viewer=request.user, algorithm=algorithm))
        answer = {"results": rows, "total": len(rows), "next": None}
        return Response(shapes.VersionList(answer).data)


class VersionView(Private):
    """One version whole: contract, card and examples."""

    @extend_schema(responses={200: shapes.VersionDetail, **PROBLEMS})
    def get(self, request: Request, owner: str, name: str, number: str) -> Response:
        return Response(
            shapes.VersionDetail(self.version(request, owner, name, number)).data
        )


class Snippets(Private):
    """The targets that our tests executed."""

    @extend_schema(responses={200: shapes.SnippetList, **PROBLEMS})
    def get(
        self, request: Request, owner: str, name: str, number: str = ""
    ) -> Response:
        self.version(request, owner, name, number)
        rows = [_target_row(target) for target in shown_targets()]
        answer = {"results": rows, "total": len(rows), "next": None}
        return Response(shapes.SnippetList(answer).data)


def _target_row(target: Any) -> dict[str, str]:
    ran = executed()[target.key]
    return {
        "target": target.key,
        "label": target.label,
        "language": target.language,
        "install": target.install,
        "executed": f"{ran.toolchain}, {ran.on}",
    }


class SnippetView(Private):
    """The code of one target; bare with `Accept: text/plain`."""

    @extend_schema(
        parameters=[OpenApiParameter("input", str, description="The input, as JSON.")],
        responses={
            (200, "application/json"): shapes.SnippetDetail,
            (200, "text/plain"): str,
            **PROBLEMS,
        },
    )
    def get(
        self, request: Request, owner: str, name: str, target: str, number: str = ""
    ) -> HttpResponse:
        version = self.version(request, owner, name, number)
        call = snippets.call_of(
            version=version,
            base_url=request.build_absolute_uri("/"),
            input_text=request.query_params.get("input"),
        )
        made = snippets.snippet(target=target, call=call)
        if request.headers.get("Accept", "").startswith("text/plain"):
            return HttpResponse(made.code, content_type="text/plain; charset=utf-8")
        shown = next(known for known in shown_targets() if known.key == target)
        return HttpResponse(
            orjson.dumps({**_target_row(shown), "code": made.code}),
            content_type="application/json",
        )


class Suggest(Private):
    """What completes a word being typed: algorithms, tasks, tags and owners."""

    @extend_schema(
        parameters=[OpenApiParameter("q", str, required=True)],
        responses={200: shapes.SuggestionList, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        prefix = request.query_params.get("q", "")
        found = suggestions.suggest(viewer=request.user, prefix=prefix)
        return Response(shapes.SuggestionList({"results": found}).data)
