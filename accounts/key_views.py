"""Pages of a person's API keys: make one, see them, end one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import key_listing, keys
from accounts.key_forms import KeyForm
from accounts.models import ApiKey

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from accounts.models import User


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def keys_page(request: HttpRequest) -> HttpResponse:
    """List the keys; make one, whose secret is in this one answer only."""
    user = cast("User", request.user)
    form = KeyForm(request.POST or None)
    make = partial(keys.create_key, user=user)
    new = form.save(make) if form.is_valid() else None
    context = {
        "form": KeyForm() if new else form,
        "new": new,
        "keys": key_listing.listed(user.api_keys.all()),
        "section": "keys",
    }
    return render(request, "accounts/keys.html", context)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make one of the person's own keys useless; any other is not there."""
    user = cast("User", request.user)
    key = ApiKey.objects.filter(user=user, pk=pk, revoked_at=None).first()
    if key is None:
        raise Http404
    keys.revoke_key(key=key, actor=user)
    messages.success(request, f"The key “{key.name}” is revoked.")
    return redirect("accounts:keys")
