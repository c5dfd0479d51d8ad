"""Fail on purpose, with the message and the error type that the caller asks for."""

from __future__ import annotations

from typing import Any, NoReturn

ERROR_TYPES = (
    "AlgorithmError",
    "EntityNotFoundError",
    "InitializationError",
    "InputError",
    "LanguageError",
    "OutOfGpuMemoryError",
    "OutOfMemoryError",
    "ParsingError",
    "ThirdPartyCredentialError",
    "TooLargeError",
    "UnsupportedError",
)
DEFAULT_MESSAGE = "This algorithm always fails."


class RequestedError(Exception):
    """The failure that was asked for; `error_type` is the name callers receive."""

    def __init__(self, message: str, error_type: str = "AlgorithmError") -> None:
        super().__init__(message)
        self.error_type = error_type


def apply(input: Any) -> NoReturn:
    """Raise. `input` is the message, or {"message": ..., "error_type": ...}."""
    wish = {"message": input} if isinstance(input, str) else input
    if not isinstance(wish, dict):
        raise RequestedError(
            "The input must be a message, or an object with `message` and "
            f"`error_type`; got {input!r:.40}.",
            "InputError",
        )
    error_type = wish.get("error_type", "AlgorithmError")
    if error_type not in ERROR_TYPES:
        raise RequestedError(
            f"`error_type` must be one of {', '.join(ERROR_TYPES)}; "
            f"got {error_type!r:.40}.",
            "InputError",
        )
    raise RequestedError(str(wish.get("message", DEFAULT_MESSAGE)), error_type)
