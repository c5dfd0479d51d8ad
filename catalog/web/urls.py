"""Routes of the pages."""

from __future__ import annotations

from django.urls import path

from catalog.web.views import algorithm, finding, site

app_name = "catalog"
ONE = "<str:owner>/<str:name>"
urlpatterns = [
    path("", finding.home, name="home"),
    path("search", finding.search, name="search"),
    path("theme", site.theme, name="theme"),
    path("healthz", site.healthz, name="healthz"),
    path("readyz", site.readyz, name="readyz"),
    path("favicon.ico", site.favicon, name="favicon"),
    path("<str:owner>", finding.owner, name="owner"),
    path(f"{ONE}.md", algorithm.card, name="card"),
    path(ONE, algorithm.overview, name="algorithm"),
    path(f"{ONE}/try", algorithm.try_it, name="algorithm_try"),
    path(f"{ONE}/run", algorithm.run, name="algorithm_run"),
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
]
