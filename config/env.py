"""Typed readers of environment variables; they refuse nonsense loudly."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


def env_str(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def env_bool(name: str, *, default: bool) -> bool:
    value = env_str(name).lower()
    if not value:
        return default
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r}: write one of true, false")


def env_int(name: str, default: int, *, low: int = 0, high: int = 2**31) -> int:
    value = env_str(name)
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number") from None
    if not low <= number <= high:
        raise ImproperlyConfigured(f"{name}={number}: write {low} to {high}")
    return number


def env_url(name: str, *, schemes: set[str]) -> str:
    value = env_str(name)
    if value and value.partition("://")[0] not in schemes:
        known = ", ".join(f"{scheme}://..." for scheme in sorted(schemes))
        # The value stays out of the message: it may hold a password.
        raise ImproperlyConfigured(f"{name}: write one of {known}")
    return value


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env_str(name, default).split(",") if part.strip()]


def env_choice(name: str, default: str, *, allowed: set[str]) -> str:
    value = env_str(name, default)
    if value not in allowed:
        known = ", ".join(sorted(allowed))
        raise ImproperlyConfigured(f"{name}={value!r}: write one of {known}")
    return value


def env_secret(name: str, kept_in: Path) -> str:
    """Read NAME, or the file NAME_FILE, or a secret generated once into `kept_in`.

    The generated file is 0600 and made exclusively, so that two processes that
    start together agree on one secret.
    """
    value = env_str(name)
    if value:
        return value
    named_file = env_str(f"{name}_FILE")
    if named_file:
        return Path(named_file).read_text(encoding="utf-8").strip()
    kept_in.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(kept_in, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return kept_in.read_text(encoding="utf-8").strip()
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(50))
    return kept_in.read_text(encoding="utf-8").strip()
