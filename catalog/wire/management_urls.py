"""Routes of algorithm management, below /v1/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import re_path

from catalog.wire import environments, management

if TYPE_CHECKING:
    from django.urls import URLPattern

UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
BY_ID = rf"^algorithms/(?P<uuid>{UUID})"
BY_NAME = r"^algorithms/(?P<owner>[^/]+)/(?P<name>[^/]+)"
EDGE = r"^algorithm-environments/edge/"
SCM = r"(?P<scm_id>[^/]+)"
BUILD = r"/builds/(?P<build_id>[^/]+)"

#: what is below an algorithm; the client of TypeScript ends each with a slash
_BELOW = [
    ("/compile", management.compile_source, "compile"),
    ("/source", management.source, "source"),
    ("/versions?", management.versions, "versions"),
    ("/versions/(?P<commit>[^/]+)", management.version, "version"),
    ("/builds", management.builds_page, "builds"),
    (BUILD, management.build, "build"),
    (f"{BUILD}/logs", management.build_logs, "build_logs"),
    ("/scm/status", management.scm_status, "scm_status"),
    ("/errors", management.errors, "algorithm_errors"),
    ("/secrets", management.secrets, "secrets"),
    (f"/collections/(?P<collection_id>{UUID})", management.collection, "dataset"),
    ("", management.algorithm, "algorithm"),
]


def _routes() -> list[URLPattern]:
    """Give each place twice, by address and by id.

    An id comes first where both could be meant: no owner is called like one.
    """
    found = []
    for end, view, name in _BELOW:
        found.append(re_path(rf"{BY_ID}{end}/?$", view, name=f"{name}_by_id"))
    for end, view, name in _BELOW:
        found.append(re_path(rf"{BY_NAME}{end}/?$", view, name=name))
    return found


urlpatterns = [
    *_routes(),
    re_path(r"^algorithms/(?P<owner>[^/]+)/?$", management.create, name="create"),
    re_path(r"^scms/?$", environments.scms, name="scms"),
    re_path(rf"^scms/{SCM}/?$", environments.scm, name="scm"),
    re_path(
        rf"^scms/{SCM}/oauth/status/?$",
        environments.scm_authorization,
        name="scm_authorization",
    ),
    re_path(
        rf"^scms/{SCM}/oauth/revoke/?$", environments.scm_revoke, name="scm_revoke"
    ),
    re_path(r"^admin/scms/?$", environments.admin_scms, name="admin_scms"),
    re_path(
        rf"^admin/scms/{SCM}(?:/default)?/?$", environments.admin_scms, name="admin_scm"
    ),
    re_path(rf"{EDGE}languages/?$", environments.languages, name="languages"),
    re_path(
        rf"{EDGE}languages/(?P<language>[^/]+)/environments/?$",
        environments.environments,
        name="environments",
    ),
    re_path(
        rf"{EDGE}environment-specifications/(?P<specification>[^/]+)/template/?$",
        environments.template,
        name="template",
    ),
    re_path(
        r"^secret-provider/?$", environments.secret_providers, name="secret_providers"
    ),
    re_path(r"^insights/?$", environments.insights, name="insights"),
]
