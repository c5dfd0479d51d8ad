"""The way into the administration: our own sign-in, with a second factor if asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User


class Administration(AdminSite):
    def register(
        self, model_or_iterable: Any, admin_class: Any = None, **options: Any
    ) -> None:
        """Leave out allauth's own pages: they show its machinery, and sealed data."""
        if admin_class is None or not admin_class.__module__.startswith("allauth."):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        is_staff = super().has_permission(request)
        return is_staff and not lacks_second_factor(request.user)

    def login(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 - Django's signature
    ) -> HttpResponse:
        """Lead to our sign-in, or to what is still missing; refuse who is no staff."""
        wanted = request.GET.get("next", "/admin/")
        if not request.user.is_authenticated:
            return redirect_to_login(wanted)
        if not super().has_permission(request):
            raise PermissionDenied
        if lacks_second_factor(request.user):
            messages.warning(
                request, "The administration asks for two-factor authentication."
            )
            return redirect("mfa_activate_totp")
        return redirect("admin:index")

    def password_change(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 - ditto
    ) -> Any:
        return redirect("account_change_password")


def lacks_second_factor(user: User | AnonymousUser) -> bool:
    """Tell whether this server asks a person for a second factor that is not there."""
    if not settings.VITRINE_REQUIRE_TOTP_FOR_STAFF:
        return False
    return not is_mfa_enabled(user, [Authenticator.Type.TOTP])
