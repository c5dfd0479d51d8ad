"""The mail server, as a URL: smtp://, smtp+tls:// (STARTTLS) or smtps://."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

#: scheme -> port, STARTTLS, TLS from the first byte
SCHEMES = {
    "smtp": (25, False, False),
    "smtp+tls": (587, True, False),
    "smtps": (465, False, True),
}
#: how long a page waits for the mail server
SECONDS = 10


def mail_settings(url: str, sender: str) -> dict[str, Any]:
    """Return Django's mail settings for `url`; raises ImproperlyConfigured.

    The message names no part of the URL, as it may hold a password.
    """
    if not url:
        return {}
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise ImproperlyConfigured(
            "VITRINE_EMAIL_URL: write smtp://, smtp+tls:// or smtps:// and "
            "user:password@host:port"
        )
    if "@" not in sender:
        raise ImproperlyConfigured(
            "VITRINE_EMAIL_FROM: name the address that mail comes from"
        )
    usual, starts_tls, is_tls = SCHEMES[parts.scheme]
    return {
        "DEFAULT_FROM_EMAIL": sender,
        "SERVER_EMAIL": sender,
        "EMAIL_TIMEOUT": SECONDS,
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or usual,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": starts_tls,
        "EMAIL_USE_SSL": is_tls,
    }
