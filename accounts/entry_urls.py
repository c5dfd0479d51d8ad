"""Addresses of signing in and of the account, under the names that allauth asks for."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from django.conf import settings
from django.urls import path, re_path
from django.views.decorators.cache import never_cache

from accounts import views

ROUTES = [
    ("sign-in", views.SignIn.as_view(), "account_login"),
    ("sign-in/code", views.SecondFactor.as_view(), "mfa_authenticate"),
    ("sign-out", account.logout, "account_logout"),
    ("sign-up", views.SignUp.as_view(), "account_signup"),
    ("closed", account.account_inactive, "account_inactive"),
    ("email", views.EmailPage.as_view(), "account_email"),
    ("email/sent", account.email_verification_sent, "account_email_verification_sent"),
    ("password", account.password_change, "account_change_password"),
    ("password/first", account.password_set, "account_set_password"),
    ("reset", views.Reset.as_view(), "account_reset_password"),
    ("reset/sent", account.password_reset_done, "account_reset_password_done"),
    (
        "reset/done",
        account.password_reset_from_key_done,
        "account_reset_password_from_key_done",
    ),
    ("confirm", views.Confirm.as_view(), "account_reauthenticate"),
    ("confirm/app", views.ConfirmCode.as_view(), "mfa_reauthenticate"),
    (
        "confirm/mail",
        account.request_reauthentication_code,
        "account_request_reauthentication_code",
    ),
    (
        "confirm/mail/code",
        account.confirm_reauthentication_code,
        "account_confirm_reauthentication_code",
    ),
    ("two-factor", second_factor.index, "mfa_index"),
    ("two-factor/app", views.NewApp.as_view(), "mfa_activate_totp"),
    ("two-factor/app/remove", app.deactivate_totp, "mfa_deactivate_totp"),
    ("two-factor/codes", codes.view_recovery_codes, "mfa_view_recovery_codes"),
    (
        "two-factor/codes/new",
        codes.generate_recovery_codes,
        "mfa_generate_recovery_codes",
    ),
]
KEYED = [
    (
        r"^email/verify/(?P<key>[-:\w]+)$",
        account.confirm_email,
        "account_confirm_email",
    ),
    (
        r"^reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[-\w]+)$",
        account.password_reset_from_key,
        "account_reset_password_from_key",
    ),
]

# Each answer is one person's own, and some hold a secret.
urlpatterns = [
    *(path(route, never_cache(view), name=name) for route, view, name in ROUTES),
    *(re_path(route, never_cache(view), name=name) for route, view, name in KEYED),
]

if settings.OIDC:
    from allauth.socialaccount import views as social
    from allauth.socialaccount.providers.openid_connect import views as oidc

    from accounts import provider_views

    PROVIDER_ROUTES = [
        ("with/cancelled", social.login_cancelled, "socialaccount_login_cancelled"),
        ("with/failed", social.login_error, "socialaccount_login_error"),
        ("with/more", social.signup, "socialaccount_signup"),
        ("connections", social.connections, "socialaccount_connections"),
        ("with/<str:provider_id>", provider_views.leave, "openid_connect_login"),
        ("with/<str:provider_id>/back", oidc.callback, "openid_connect_callback"),
    ]
    urlpatterns += [
        path(route, never_cache(view), name=name)
        for route, view, name in PROVIDER_ROUTES
    ]
