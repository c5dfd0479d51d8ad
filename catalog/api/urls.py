"""Routes of the catalog API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page

from catalog.api import access, errors, teams, views
from catalog.api.audit import Audit, AuditExport
from catalog.api.batches import BatchView
from catalog.api.collections import Collections, CollectionView
from catalog.api.contracts import ContractView
from catalog.api.keys import Keys, KeyView
from catalog.api.me import Me
from catalog.api.own_runs import (
    OwnRuns,
    OwnRunView,
    RunEventsView,
    WebhookSecretView,
)
from catalog.api.runs import RunView
from catalog.api.stars import Starred, StarView

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

TEAM = "v1/teams/<str:slug>"
ONE = "v1/algorithms/<str:owner>/<str:name>"
VERSION = f"{ONE}/versions/<str:number>"


@csrf_exempt
def nothing(_request: HttpRequest, **_kwargs: str) -> HttpResponse:
    """Answer for an address under /api that is none, to a write in the same words."""
    return errors.not_found()


app_name = "api"
urlpatterns = [
    path(route, conditional_page(view), name=name)
    for route, view, name in (
        ("v1/algorithms", views.Algorithms.as_view(), "algorithms"),
        (ONE, access.AlgorithmView.as_view(), "algorithm"),
        (f"{ONE}/versions", views.Versions.as_view(), "versions"),
        (VERSION, access.VersionView.as_view(), "version"),
        (f"{ONE}/openapi.json", ContractView.as_view(), "contract"),
        (f"{VERSION}/openapi.json", ContractView.as_view(), "version_contract"),
        (f"{ONE}/snippets", views.Snippets.as_view(), "snippets"),
        (f"{ONE}/snippets/<str:target>", views.SnippetView.as_view(), "snippet"),
        (f"{VERSION}/snippets", views.Snippets.as_view(), "version_snippets"),
        (
            f"{VERSION}/snippets/<str:target>",
            views.SnippetView.as_view(),
            "version_snippet",
        ),
        ("v1/facets", views.Facets.as_view(), "facets"),
        ("v1/collections", Collections.as_view(), "collections"),
        ("v1/collections/<str:slug>", CollectionView.as_view(), "collection"),
        ("v1/starred", Starred.as_view(), "starred"),
        ("v1/suggest", views.Suggest.as_view(), "suggest"),
        ("v1/me", Me.as_view(), "me"),
        ("v1/runs", OwnRuns.as_view(), "own_runs"),
        ("v1/runs/<uuid:pk>", OwnRunView.as_view(), "run"),
    )
]
urlpatterns += [
    path("v1/runs/<uuid:pk>/events", RunEventsView.as_view(), name="run_events"),
    path("v1/webhook-secret", WebhookSecretView.as_view(), name="webhook_secret"),
    path("v1/keys", Keys.as_view(), name="keys"),
    path("v1/keys/<uuid:pk>", KeyView.as_view(), name="key"),
    path("v1/audit", Audit.as_view(), name="audit"),
    path("v1/audit/export", AuditExport.as_view(), name="audit_export"),
    path("v1/teams", teams.Teams.as_view(), name="teams"),
    path(TEAM, teams.TeamView.as_view(), name="team"),
    path(f"{TEAM}/members", teams.Members.as_view(), name="members"),
    path(f"{TEAM}/members/<str:username>", teams.MemberView.as_view(), name="member"),
    path(f"{TEAM}/invitations", teams.Invitations.as_view(), name="invitations"),
    path(
        f"{TEAM}/invitations/<uuid:pk>",
        teams.InvitationView.as_view(),
        name="invitation",
    ),
    path(
        "v1/invitations/accept",
        teams.AcceptedInvitationView.as_view(),
        name="accept_invitation",
    ),
    path(f"{ONE}/transfer", teams.TransferView.as_view(), name="transfer"),
    path(f"{ONE}/grants", access.Grants.as_view(), name="grants"),
    path(f"{ONE}/grants/<uuid:pk>", access.GrantView.as_view(), name="grant"),
    path(
        f"{ONE}/access-requests",
        access.AlgorithmRequests.as_view(),
        name="algorithm_requests",
    ),
    path("v1/discoverable", access.Discoverable.as_view(), name="discoverable"),
    path("v1/access-requests", access.AccessRequests.as_view(), name="access_requests"),
    path(
        "v1/access-requests/<uuid:pk>",
        access.AccessRequestView.as_view(),
        name="access_request",
    ),
    path(
        "v1/access-requests/<uuid:pk>/decision",
        access.DecisionView.as_view(),
        name="decision",
    ),
    path(f"{ONE}/star", StarView.as_view(), name="star"),
    path(f"{ONE}/runs", RunView.as_view(), name="runs"),
    path(f"{VERSION}/runs", RunView.as_view(), name="version_runs"),
    path(f"{ONE}/batch", BatchView.as_view(), name="batch"),
    path(f"{VERSION}/batch", BatchView.as_view(), name="version_batch"),
    re_path(r"", nothing),  # whatever it is, line breaks too
]
