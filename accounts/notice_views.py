"""The page of what a person was told."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import notices

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User


@never_cache
@login_required
@require_safe
def notices_page(request: HttpRequest) -> HttpResponse:
    """List the newest notices; what is listed counts as seen from then on."""
    user = cast("User", request.user)
    listed = notices.newest(user=user)
    notices.mark_seen(user=user, notices=listed)
    context = {"notices": listed, "here": "notices", "unseen_notices": 0}
    return render(request, "accounts/notices.html", context)
