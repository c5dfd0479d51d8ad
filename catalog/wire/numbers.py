"""Which of the contract's numbers a refusal about people and organizations has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.services.errors import (
    BadLimit,
    BadMarker,
    NameTaken,
    NoSuchOrganization,
    NoSuchPerson,
    ServiceError,
)
from catalog.wire import answers

if TYPE_CHECKING:
    from django.http import HttpResponse

NUMBERS: dict[type[ServiceError], int] = {
    NoSuchPerson: 3000,
    NoSuchOrganization: 3100,
    NameTaken: 1002,
    BadMarker: 5002,
    BadLimit: 5003,
}
ORGANIZATION_EXISTS = 3101


def refused(error: ServiceError) -> HttpResponse:
    """Answer in the contract's words and numbers."""
    return answers.refused_with_code(error, number=NUMBERS.get(type(error), 0))


def refused_of_organization(error: ServiceError) -> HttpResponse:
    """Answer likewise where a name that is taken is an organization's."""
    if isinstance(error, NameTaken):
        return answers.refused_with_code(error, number=ORGANIZATION_EXISTS)
    return refused(error)
