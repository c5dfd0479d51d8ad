"""Secrets that have to be read again, sealed with a key that is not in the database.

Passwords and keys are hashed; the seed of a second factor and what a session holds
must come back in clear. They are encrypted and authenticated (Fernet: AES-128-CBC with
HMAC-SHA256) under a key that HKDF draws from SECRET_KEY for each purpose.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_BYTES = 32


class Unsealable(Exception):
    """The text was sealed with another key, or was changed."""


def seal(text: str, *, purpose: str) -> str:
    """Encrypt a text; what is sealed for one purpose does not open for another."""
    return _fernet(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """Decrypt a text; raises Unsealable."""
    try:
        return _fernet(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unsealable("sealed with another key, or changed") from None


def _fernet(purpose: str) -> MultiFernet:
    return _made((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS), purpose)


@lru_cache(maxsize=32)
def _made(secrets: tuple[str, ...], purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(_key(secret, purpose)) for secret in secrets])


def _key(secret: str, purpose: str) -> bytes:
    info = f"vitrine.{purpose}".encode()
    drawn = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info)
    return base64.urlsafe_b64encode(drawn.derive(secret.encode()))
