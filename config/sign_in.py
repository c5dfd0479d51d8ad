"""How django-allauth is set up, and who may sign up (docs/decisions/0012)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

#: the segment of the provider's addresses here: /settings/with/oidc/back
PROVIDER_ID = "oidc"
FORMS, ADAPTERS = "accounts.forms.", "accounts.adapters."
RATES = {
    "login": "60/m/ip",
    "login_failed": "50/15m/ip,10/15m/key",
    "signup": "30/h/ip",
    "reset_password": "20/h/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "10/15m/user",
    "reauthenticate": "20/15m/user",
    "manage_email": "20/h/user",
}


#: what is the same on every server
ACCOUNT: dict[str, Any] = {
    "ACCOUNT_ADAPTER": ADAPTERS + "AccountAdapter",
    "ACCOUNT_FORMS": {
        "login": FORMS + "SignInForm",
        "signup": FORMS + "SignUpForm",
        "add_email": FORMS + "EmailForm",
        "change_password": FORMS + "PasswordForm",
        "set_password": FORMS + "FirstPasswordForm",
        "reset_password": FORMS + "ResetForm",
        "reset_password_from_key": FORMS + "NewPasswordForm",
        "reauthenticate": FORMS + "ConfirmForm",
    },
    "ACCOUNT_LOGIN_METHODS": {"username", "email"},
    "ACCOUNT_EMAIL_SUBJECT_PREFIX": "",
    "ACCOUNT_CHANGE_EMAIL": True,
    "ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION": True,
    "ACCOUNT_PREVENT_ENUMERATION": "strict",
    "ACCOUNT_SESSION_REMEMBER": True,
    "ACCOUNT_REAUTHENTICATION_REQUIRED": True,
    "ACCOUNT_RATE_LIMITS": RATES,
}
SECOND_FACTOR: dict[str, Any] = {
    "MFA_ADAPTER": ADAPTERS + "SecondFactorAdapter",
    "MFA_FORMS": {
        "authenticate": FORMS + "CodeForm",
        "reauthenticate": FORMS + "ConfirmCodeForm",
        "activate_totp": FORMS + "NewAppForm",
    },
    # Where mail is sent nobody gets in without a verified address.
    "MFA_ALLOW_UNVERIFIED_EMAIL": True,
    "MFA_RECOVERY_CODES_SHOW_ONCE": True,
    "MFA_RECOVERY_CODE_DIGITS": 10,
    "MFA_TOTP_TOLERANCE": 1,
}
PROVIDER: dict[str, Any] = {
    "SOCIALACCOUNT_ADAPTER": "accounts.providers.ProviderAdapter",
    "SOCIALACCOUNT_FORMS": {"signup": "accounts.providers.ProviderSignUpForm"},
    "SOCIALACCOUNT_EMAIL_AUTHENTICATION": True,
    "SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT": True,
    # Chromium follows no redirect to another site out of a form; a link it does. What
    # comes back must bear this session's state: nobody is signed in unasked as
    # somebody else.
    "SOCIALACCOUNT_LOGIN_ON_GET": True,
    "SOCIALACCOUNT_STORE_TOKENS": False,
}


def allauth_settings(
    *, sends_mail: bool, providers: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return allauth's settings; an address is verified where mail can be sent."""
    email = "email*" if sends_mail else "email"
    code = ["code"] if sends_mail else []
    return {
        **ACCOUNT,
        **SECOND_FACTOR,
        **PROVIDER,
        "ACCOUNT_SIGNUP_FIELDS": ["username*", email, "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "mandatory" if sends_mail else "none",
        "ACCOUNT_EMAIL_NOTIFICATIONS": sends_mail,
        "ACCOUNT_REAUTHENTICATION_METHODS": ["password", "mfa", *code],
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"APPS": providers}},
    }


def domains_for(mode: str, domains: list[str], *, sends_mail: bool) -> list[str]:
    """Return the domains whose mailboxes may sign up; raises ImproperlyConfigured."""
    if mode == "domains" and not (domains and sends_mail):
        raise ImproperlyConfigured(
            "VITRINE_SIGN_UP=domains needs VITRINE_SIGN_UP_DOMAINS, and "
            "VITRINE_EMAIL_URL to verify addresses"
        )
    return [domain.lower().removeprefix("@") for domain in domains]


def oidc_provider(
    *, issuer: str, client_id: str, secret: str, name: str
) -> list[dict[str, Any]]:
    """Return the OpenID Connect provider as allauth reads it, none where none is set.

    Raises ImproperlyConfigured for half of the settings, and for a provider that
    anybody on the way could speak for.
    """
    given = [bool(issuer), bool(client_id), bool(secret)]
    if not any(given):
        return []
    if not all(given):
        raise ImproperlyConfigured(
            "Set VITRINE_OIDC_ISSUER, VITRINE_OIDC_CLIENT_ID and "
            "VITRINE_OIDC_CLIENT_SECRET together"
        )
    parts = urlsplit(issuer)
    on_loopback = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if parts.scheme != "https" and not (parts.scheme == "http" and on_loopback):
        raise ImproperlyConfigured("VITRINE_OIDC_ISSUER: write an https:// address")
    return [
        {
            "provider_id": PROVIDER_ID,
            "name": name,
            "client_id": client_id,
            "secret": secret,
            "settings": {
                "server_url": issuer.rstrip("/"),
                "oauth_pkce_enabled": True,
            },
        }
    ]
