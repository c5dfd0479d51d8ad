"""The pages that have machine forms, by the name of their route.

A route of the HTML edge is in PAGES or in NOT_PAGES: a test holds it. A new page
brings two functions, each of which takes the request and the template's context.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import path
from django.views.decorators.http import require_safe

from catalog.web.machine import algorithm_data, algorithm_markdown, data, markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpRequest
    from django.urls import URLPattern

SUFFIXES = ("md", "json")
#: where the start page's forms are: its own path has no name to end
INDEX = "index"


@dataclass(frozen=True, slots=True)
class Forms:
    """How one page is written for machines."""

    markdown: Callable[[HttpRequest, dict[str, Any]], str]
    data: Callable[[HttpRequest, dict[str, Any]], dict[str, Any]]


_use = Forms(algorithm_markdown.use, algorithm_data.use)
_guide = Forms(markdown.guide, data.guide)
PAGES = {
    "home": Forms(markdown.home, data.home),
    "search": Forms(markdown.search, data.search),
    "owner": Forms(markdown.owner, data.owner),
    "algorithm": Forms(algorithm_markdown.overview, algorithm_data.overview),
    "version": Forms(algorithm_markdown.overview, algorithm_data.overview),
    "algorithm_try": Forms(algorithm_markdown.trial, algorithm_data.trial),
    "algorithm_use": _use,
    "algorithm_snippet": _use,
    "algorithm_versions": Forms(algorithm_markdown.versions, algorithm_data.versions),
    "algorithm_source": Forms(algorithm_markdown.source, algorithm_data.source),
    "algorithm_usage": Forms(algorithm_markdown.usage, algorithm_data.usage),
    "collections": Forms(markdown.collections, data.collections),
    "collection": Forms(markdown.collection, data.collection),
    "guide": _guide,
    "guide_chapter": _guide,
}
_OTHERS = """
    accent accept_invitation algorithm_feed algorithm_key algorithm_run
    algorithm_settings algorithm_transfer algorithm_usage_csv ask_access audit
    audit_export card clear_recent data_link decide_request delete_search favicon
    healthz invite_people llms logo new_feed own_requests owner_feed picture readyz
    rename_search renew_feed review review_withdraw revoke_person robots saved_feed
    saved_searches search_feed set_discoverable set_visibility share share_end
    share_right shared sitemap sitemap_part social_card social_card_home star
    starred team team_algorithms team_audit team_audit_export team_delete
    team_invitation team_invite team_keys team_leave team_members team_remove
    team_requests team_revoke team_revoke_key team_role team_settings team_usage
    teams theme version_visibility versions_feed whole_audit whole_audit_export
    withdraw_request
"""
#: actions, files and feeds, probes, and a person's own settings
NOT_PAGES = frozenset(_OTHERS.split())


def with_forms(patterns: Sequence[URLPattern]) -> list[URLPattern]:
    """Put the routes of all machine forms before the pages' own."""
    forms = [
        path(
            _with_suffix(str(each.pattern), suffix),
            require_safe(each.callback),
            name=name,
        )
        for each in patterns
        if each.name in PAGES
        for suffix in SUFFIXES
        for name in [f"{each.name}.{suffix}"]
    ]
    return [*forms, *patterns]


def _with_suffix(route: str, suffix: str) -> str:
    return f"{route.rstrip('/') or INDEX}.{suffix}"
