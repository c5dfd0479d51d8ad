"""Routes of the pages."""

from __future__ import annotations

from django.contrib.sitemaps import views as sitemap_views
from django.urls import path

from catalog.web.machine.registry import with_forms
from catalog.web.sitemaps import SITEMAPS
from catalog.web.views import (
    access,
    algorithm,
    audit,
    branding,
    collections,
    data_links,
    finding,
    guide,
    home,
    invitations,
    machines,
    owners,
    reviews,
    saved,
    sharing,
    site,
    stars,
    team_keys,
    teams,
    transfers,
)

app_name = "catalog"
ONE = "<str:owner>/<str:name>"
TEAM = "teams/<str:slug>"
SETTINGS = f"{ONE}/settings"
MAPS = {"sitemaps": SITEMAPS}
PARTS = {**MAPS, "sitemap_url_name": "catalog:sitemap_part"}
urlpatterns = [
    path("", home.home, name="home"),
    path("search", finding.search, name="search"),
    path("search.atom", saved.search_feed, name="search_feed"),
    path("feeds/searches/<str:token>.atom", saved.saved_feed, name="saved_feed"),
    path("settings/searches", saved.searches, name="saved_searches"),
    path("settings/searches/<uuid:pk>/rename", saved.rename, name="rename_search"),
    path("settings/searches/<uuid:pk>/delete", saved.delete, name="delete_search"),
    path("settings/searches/<uuid:pk>/feed", saved.renew, name="renew_feed"),
    path("feeds/new.atom", machines.new_feed, name="new_feed"),
    path("feeds/versions.atom", machines.new_versions_feed, name="versions_feed"),
    path("feeds/owners/<str:owner>.atom", machines.owner_feed, name="owner_feed"),
    path(
        f"feeds/algorithms/{ONE}.atom", machines.algorithm_feed, name="algorithm_feed"
    ),
    path("sitemap.xml", sitemap_views.index, PARTS, name="sitemap"),
    path("sitemap/<section>.xml", sitemap_views.sitemap, MAPS, name="sitemap_part"),
    path("data/<str:token>", data_links.data_link, name="data_link"),
    path("robots.txt", machines.robots, name="robots"),
    path("llms.txt", machines.llms, name="llms"),
    path("branding/card.png", machines.social_card_home, name="social_card_home"),
    path("theme", site.theme, name="theme"),
    path("branding/logo", branding.logo, name="logo"),
    path("branding/accent.css", branding.accent, name="accent"),
    path("healthz", site.healthz, name="healthz"),
    path("readyz", site.readyz, name="readyz"),
    path("favicon.ico", site.favicon, name="favicon"),
    path("guide/", guide.guide, name="guide"),
    path("guide/<path:slug>", guide.guide, name="guide_chapter"),
    path("settings/stars", stars.starred, name="starred"),
    path("settings/audit", audit.own, name="audit"),
    path("settings/audit/export", audit.own_export, name="audit_export"),
    path("teams/<str:slug>/audit", audit.team, name="team_audit"),
    path("teams/<str:slug>/audit/export", audit.team_export, name="team_audit_export"),
    path("security/audit", audit.whole, name="whole_audit"),
    path("security/audit/export", audit.whole_export, name="whole_audit_export"),
    path("settings/shared", sharing.shared, name="shared"),
    path("settings/requests", access.own_requests, name="own_requests"),
    path("settings/requests/<uuid:pk>", access.decide, name="decide_request"),
    path(
        "settings/requests/<uuid:pk>/withdraw", access.withdraw, name="withdraw_request"
    ),
    path("settings/recent", home.clear_recent, name="clear_recent"),
    path("collections", collections.collections, name="collections"),
    path("collections/<str:slug>", collections.collection, name="collection"),
    path("teams", teams.teams, name="teams"),
    path("settings/invitations", invitations.people, name="invite_people"),
    path(
        "settings/invitations/<uuid:pk>/revoke",
        invitations.revoke,
        name="revoke_person",
    ),
    path("teams/invitations", invitations.accept, name="accept_invitation"),
    path(
        "teams/invitations/<str:token>", invitations.invitation, name="team_invitation"
    ),
    path(TEAM, teams.team, name="team"),
    path(f"{TEAM}/algorithms", teams.algorithms, name="team_algorithms"),
    path(f"{TEAM}/members", teams.members, name="team_members"),
    path(f"{TEAM}/members/<str:username>/role", teams.set_role, name="team_role"),
    path(f"{TEAM}/members/<str:username>/remove", teams.remove, name="team_remove"),
    path(f"{TEAM}/leave", teams.leave, name="team_leave"),
    path(f"{TEAM}/invitations", teams.invite, name="team_invite"),
    path(f"{TEAM}/invitations/<uuid:pk>/revoke", teams.revoke, name="team_revoke"),
    path(f"{TEAM}/keys", team_keys.keys, name="team_keys"),
    path(f"{TEAM}/keys/<uuid:pk>/revoke", team_keys.revoke, name="team_revoke_key"),
    path(f"{TEAM}/usage", teams.usage, name="team_usage"),
    path(f"{TEAM}/settings", teams.settings, name="team_settings"),
    path(f"{TEAM}/delete", teams.delete, name="team_delete"),
    path("teams/<str:slug>/requests", access.team_requests, name="team_requests"),
    path("<str:owner>", owners.owner, name="owner"),
    path(ONE, algorithm.overview, name="algorithm"),
    path(f"{ONE}/try", algorithm.try_it, name="algorithm_try"),
    path(f"{ONE}/run", algorithm.run, name="algorithm_run"),
    path(f"{ONE}/star", stars.star, name="star"),
    path(f"{ONE}/review", reviews.ask, name="review"),
    path(f"{ONE}/review/withdraw", reviews.withdraw, name="review_withdraw"),
    path(f"{ONE}/access", access.ask, name="ask_access"),
    path(SETTINGS, sharing.settings, name="algorithm_settings"),
    path(f"{SETTINGS}/visibility", sharing.visibility, name="set_visibility"),
    path(
        f"{SETTINGS}/versions/<str:number>", sharing.version, name="version_visibility"
    ),
    path(f"{SETTINGS}/request", sharing.discoverable, name="set_discoverable"),
    path(f"{SETTINGS}/shares", sharing.share, name="share"),
    path(f"{SETTINGS}/shares/<uuid:pk>/right", sharing.right, name="share_right"),
    path(f"{SETTINGS}/shares/<uuid:pk>/end", sharing.revoke, name="share_end"),
    path(f"{ONE}/use", algorithm.use_it, name="algorithm_use"),
    path(f"{ONE}/use/<str:target>", algorithm.snippet, name="algorithm_snippet"),
    path(f"{ONE}/key", algorithm.make_key, name="algorithm_key"),
    path(f"{ONE}/versions", algorithm.versions, name="algorithm_versions"),
    path(f"{ONE}/versions/<str:number>", algorithm.overview, name="version"),
    path(
        f"{ONE}/versions/<str:number>/examples/<int:position>/picture",
        algorithm.picture,
        name="picture",
    ),
    path(f"{ONE}/transfer", transfers.transfer, name="algorithm_transfer"),
    path(f"{ONE}/source", algorithm.source, name="algorithm_source"),
    path(f"{ONE}/card.png", machines.social_card, name="social_card"),
    path(f"{ONE}/card.md", algorithm.card, name="card"),
    path(f"{ONE}/usage", algorithm.usage, name="algorithm_usage"),
    path(f"{ONE}/usage.csv", algorithm.usage_csv, name="algorithm_usage_csv"),
]
urlpatterns = with_forms(urlpatterns)
