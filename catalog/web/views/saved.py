"""Saved searches: the list, what is done to one, and feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.views.decorators.http import conditional_page

from catalog.services import saved_searches as saved
from catalog.services.queries import query_from, query_in
from catalog.web.feeds import atom
from catalog.web.page import page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@page("GET", "POST")
@login_required
def searches(request: HttpRequest) -> HttpResponse:
    """List the saved searches; a POST keeps one more."""
    if request.method == "POST":
        query = query_from(request.POST.get("query", ""))
        kept = saved.save_search(
            viewer=request.user, name=request.POST.get("name", ""), query=query
        )
        messages.success(request, f"The search “{kept.name}” is saved.")
        return redirect("catalog:saved_searches")
    rows = saved.searches_of(viewer=request.user)
    context = {"rows": rows, "section": "searches"}
    return render(request, "catalog/saved_searches.html", context)


@page("POST")
@login_required
def rename(request: HttpRequest, pk: UUID) -> HttpResponse:
    name = request.POST.get("name", "")
    kept = saved.rename_search(viewer=request.user, pk=pk, name=name)
    messages.success(request, f"The search is called “{kept.name}” now.")
    return redirect("catalog:saved_searches")


@page("POST")
@login_required
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    saved.delete_search(viewer=request.user, pk=pk)
    messages.success(request, "The search is deleted. Its feed is no more.")
    return redirect("catalog:saved_searches")


@page("POST")
@login_required
def renew(request: HttpRequest, pk: UUID) -> HttpResponse:
    saved.renew_feed(viewer=request.user, pk=pk)
    messages.success(request, "The feed has a new address. The old one is no more.")
    return redirect("catalog:saved_searches")


@page("GET")
@conditional_page
def saved_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer whoever knows the address, as the search's owner sees it."""
    return atom(request, saved.saved_feed(token=token))


@page("GET")
@conditional_page
def search_feed(request: HttpRequest) -> HttpResponse:
    """Answer any search as a feed of what is public."""
    return atom(request, saved.public_feed(query=query_in(request.GET)))
