"""Pages of the person: sign in, sign out, sign up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import login, views
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.forms import SignInForm, SignUpForm

if TYPE_CHECKING:
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
