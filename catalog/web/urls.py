"""Routes of the pages."""

from __future__ import annotations

from django.contrib.sitemaps import views as sitemap_views
from django.urls import path

from catalog.web.machine.registry import with_forms
from catalog.web.sitemaps import SITEMAPS
from catalog.web.views import (
    algorithm,
    branding,
    collections,
    finding,
    guide,
    home,
    machines,
    owners,
    reviews,
    saved,
    site,
    stars,
)

app_name = "catalog"
ONE = "<str:owner>/<str:name>"
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
    path("settings/recent", home.clear_recent, name="clear_recent"),
    path("collections", collections.collections, name="collections"),
    path("collections/<str:slug>", collections.collection, name="collection"),
    path("<str:owner>", owners.owner, name="owner"),
    path(ONE, algorithm.overview, name="algorithm"),
    path(f"{ONE}/try", algorithm.try_it, name="algorithm_try"),
    path(f"{ONE}/run", algorithm.run, name="algorithm_run"),
    path(f"{ONE}/star", stars.star, name="star"),
    path(f"{ONE}/review", reviews.ask, name="review"),
    path(f"{ONE}/review/withdraw", reviews.withdraw, name="review_withdraw"),
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
    path(f"{ONE}/source", algorithm.source, name="algorithm_source"),
    path(f"{ONE}/card.png", machines.social_card, name="social_card"),
    path(f"{ONE}/card.md", algorithm.card, name="card"),
    path(f"{ONE}/usage", algorithm.usage, name="algorithm_usage"),
    path(f"{ONE}/usage.csv", algorithm.usage_csv, name="algorithm_usage_csv"),
]
urlpatterns = with_forms(urlpatterns)
