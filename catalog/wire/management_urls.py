"""Routes of algorithm management, below /v1/."""

from __future__ import annotations

from django.urls import re_path

from catalog.wire import environments, management

UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
#: an algorithm by its id, or by its address
ONE = rf"^algorithms/(?:(?P<uuid>{UUID})|(?P<owner>[^/]+)/(?P<name>[^/]+))"
EDGE = r"^algorithm-environments/edge/"
SCM = r"(?P<scm_id>[^/]+)"

urlpatterns = [
    # What is below an algorithm comes first: its id may read like an owner's name.
    re_path(rf"{ONE}/compile/?$", management.compile_source, name="compile"),
    re_path(rf"{ONE}/source/?$", management.source, name="source"),
    re_path(rf"{ONE}/versions?/?$", management.versions, name="versions"),
    re_path(
        rf"{ONE}/versions/(?P<commit>[^/]+)/?$", management.version, name="version"
    ),
    re_path(rf"{ONE}/builds/?$", management.builds_page, name="builds"),
    re_path(rf"{ONE}/builds/(?P<build_id>[^/]+)/?$", management.build, name="build"),
    re_path(
        rf"{ONE}/builds/(?P<build_id>[^/]+)/logs/?$",
        management.build_logs,
        name="build_logs",
    ),
    re_path(rf"{ONE}/scm/status/?$", management.scm_status, name="scm_status"),
    re_path(rf"{ONE}/errors/?$", management.errors, name="errors"),
    re_path(rf"{ONE}/secrets/?$", management.secrets, name="secrets"),
    re_path(
        rf"{ONE}/collections/(?P<collection_id>{UUID})/?$",
        management.collection,
        name="collection",
    ),
    re_path(rf"{ONE}/?$", management.algorithm, name="algorithm"),
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
