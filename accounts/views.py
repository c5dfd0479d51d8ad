"""Pages of the person: sign in, sign out, sign up, API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, views
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import keys
from accounts.forms import KeyForm, SignInForm, SignUpForm
from accounts.models import ApiKey, User

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


def sign_up_is_open() -> bool:
    return bool(settings.VITRINE_SIGN_UP == "open")


class SignIn(views.LoginView):
    """Name and password in, session out, back to `next`."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, sign_up_is_open=sign_up_is_open())


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else "/"


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Make a person and sign in, where the operator allows it."""
    if not sign_up_is_open():
        raise Http404
    form = SignUpForm(request.POST or None)
    user = form.save() if form.is_valid() else None
    if user is None:
        context = {"form": form, "next": _next(request)}
        return render(request, "accounts/sign_up.html", context)
    login(request, user)
    return redirect(_next(request))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def keys_page(request: HttpRequest) -> HttpResponse:
    """List the keys; make one, whose secret is in this one answer only."""
    user = cast("User", request.user)
    form = KeyForm(request.POST or None)
    new = form.save(user=user) if form.is_valid() else None
    now = timezone.now()
    held = [(key, key.is_live(now)) for key in user.api_keys.all()]
    context = {
        "form": KeyForm() if new else form,
        "new": new,
        "keys": held,
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
    keys.revoke_key(key=key)
    messages.success(request, f"The key “{key.name}” is revoked.")
    return redirect("accounts:keys")
