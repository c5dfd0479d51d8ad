"""The OpenAPI document of one version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema

from catalog.api.views import PROBLEMS, Private
from catalog.services import contracts

if TYPE_CHECKING:
    from rest_framework.request import Request


class ContractView(Private):
    """How a version is called: an OpenAPI 3.1 document with its schemas."""

    @extend_schema(responses={200: OpenApiTypes.OBJECT, **PROBLEMS})
    def get(
        self, request: Request, owner: str, name: str, number: str = ""
    ) -> HttpResponse:
        version = self.version(request, owner, name, number)
        found = contracts.contract_of(
            version=version, base_url=request.build_absolute_uri("/")
        )
        return HttpResponse(found, content_type="application/json")
