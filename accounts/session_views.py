"""The page of a person's sessions: see them, end one, end all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import agents, events, sessions
from accounts.signals import digest_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User


@never_cache
@login_required
@require_safe
def sessions_page(request: HttpRequest) -> HttpResponse:
    """List the person's sessions, the one that asks first."""
    user = cast("User", request.user)
    own = digest_of(request)
    held = [
        {"row": row, "is_this": row.pk == own, "agent": agents.spelled(row.agent)}
        for row in sessions.sessions_of(user=user)
    ]
    held.sort(key=lambda each: not each["is_this"])
    context = {"sessions": held, "here": "sessions"}
    return render(request, "accounts/sessions.html", context)


@login_required
@require_POST
@transaction.atomic
def end_session(request: HttpRequest, digest: str) -> HttpResponse:
    """End one of the person's own sessions; any other is not there."""
    user = cast("User", request.user)
    if digest == digest_of(request) or not sessions.end_session(
        user=user, digest=digest
    ):
        raise Http404
    events.tell(category="sign-in", action="end session", target=user, actor=user)
    messages.success(request, "That session is ended.")
    return redirect("accounts:sessions")


@login_required
@require_POST
@transaction.atomic
def end_others(request: HttpRequest) -> HttpResponse:
    """End all sessions of the person but this one."""
    user = cast("User", request.user)
    ended = sessions.end_sessions(user=user, but=digest_of(request))
    if ended:
        events.tell(
            category="sign-in",
            action="end other sessions",
            target=user,
            actor=user,
            changes={"sessions": (ended + 1, 1)},
        )
    messages.success(request, "You are signed out everywhere else.")
    return redirect("accounts:sessions")
