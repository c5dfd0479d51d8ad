"""What surrounds algorithms in the contract: languages, scms, secrets, insights.

This product has one environment and keeps sources itself, so most answers are short
and true (docs/decisions/0020).
"""

from __future__ import annotations

import platform
from functools import partial
from typing import TYPE_CHECKING

from catalog.content.layouts import TEMPLATE, archive_of
from catalog.services.draft_settings import (
    ENVIRONMENT_ID,
    LANGUAGES,
    SPECIFICATION_ID,
    is_known_language,
)
from catalog.services.errors import Forbidden, NoSuchPart, NotBuilt, UnknownLanguage
from catalog.wire import answers, management_bodies
from catalog.wire.algorithm_objects import SCM
from catalog.wire.entry import endpoint

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from catalog.services.callers import Caller

    Document = dict[str, object]

managed_endpoint = partial(endpoint, refused=management_bodies.refused)
SPECIFIED = {ENVIRONMENT_ID, SPECIFICATION_ID}
#: when the environment came into being, in the form of the original service
CREATED_AT = "2026-11-27T00:00:00.000Z"


def _language(name: str) -> Document:
    shown = f"Python {platform.python_version()}"
    return {"name": name, "display_name": shown, "configuration": "{}"}


@managed_endpoint("GET", "HEAD")
def languages(_request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the languages: one Python, under the names that clients know."""
    caller.require("read")
    return answers.document([_language(name) for name in LANGUAGES])


@managed_endpoint("GET", "HEAD")
def environments(_request: HttpRequest, caller: Caller, language: str) -> HttpResponse:
    """List the environments of a language: there is one."""
    caller.require("read")
    if not is_known_language(language):
        raise UnknownLanguage(f"This server runs {' and '.join(LANGUAGES)}.")
    one: Document = {
        "id": ENVIRONMENT_ID,
        "environment_specification_id": SPECIFICATION_ID,
        "display_name": f"Python {platform.python_version()}",
        "description": "The Python of this server, with the packages installed there.",
        "created_at": CREATED_AT,
        "language": _language(language),
        "machine_type": "CPU",
    }
    return answers.document({"environments": [one]})


@managed_endpoint("GET", "HEAD")
def template(_request: HttpRequest, caller: Caller, specification: str) -> HttpResponse:
    """Return what a new algorithm starts from, as tar.gz."""
    caller.require("read")
    if specification.lower() not in SPECIFIED:
        raise NoSuchPart("not found")
    return answers.attachment(archive_of(TEMPLATE), name="template.tar.gz")


@managed_endpoint("GET", "HEAD")
def scms(_request: HttpRequest, caller: Caller) -> HttpResponse:
    """List where sources are kept: here."""
    caller.require("read")
    return answers.document({"results": [SCM]})


@managed_endpoint("GET", "HEAD")
def scm(_request: HttpRequest, caller: Caller, scm_id: str) -> HttpResponse:
    """Return one place of sources."""
    caller.require("read")
    _check_scm(scm_id)
    return answers.document(SCM)


@managed_endpoint("GET", "HEAD")
def scm_authorization(
    _request: HttpRequest, caller: Caller, scm_id: str
) -> HttpResponse:
    """Say that nobody is signed in elsewhere: nothing elsewhere is used."""
    caller.require("read")
    _check_scm(scm_id)
    return answers.document({"authorization_status": "unauthorized"})


@managed_endpoint("POST")
def scm_revoke(_request: HttpRequest, caller: Caller, scm_id: str) -> HttpResponse:
    """End an authorization that there is none of."""
    caller.require("write")
    _check_scm(scm_id)
    return answers.nothing()


def _check_scm(scm_id: str) -> None:
    if scm_id != SCM["id"]:
        raise NoSuchPart("not found")


@managed_endpoint("POST", "PATCH", "DELETE")
def admin_scms(_request: HttpRequest, caller: Caller, scm_id: str = "") -> HttpResponse:
    """Refuse: places of sources are not configured here."""
    caller.require("admin")
    if not caller.viewer.is_staff:
        raise Forbidden("Only staff may ask for this.")
    if scm_id:
        _check_scm(scm_id)
    raise NotBuilt("This server keeps sources itself; upload them as a bundle.")


@managed_endpoint("GET", "HEAD")
def secret_providers(_request: HttpRequest, caller: Caller) -> HttpResponse:
    """List no provider: this server keeps no secrets for algorithms."""
    caller.require("read")
    return answers.document([])


def insights(request: HttpRequest) -> HttpResponse:
    """Refuse insights, which come without a key: this server keeps none."""
    if request.method != "POST":
        return answers.method_not_allowed(["POST"])
    refusal = NotBuilt("This server keeps no insights.")
    return management_bodies.refused(refusal)
