"""The module that sources import as `Algorithmia`: ADK, errors, client."""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Registered = tuple[Callable[..., Any], Callable[..., Any] | None]

_registered: list[Registered] = []


class AlgorithmError(Exception):
    """Raise it to name the kind of failure that the caller shall see."""

    def __init__(
        self, message: object = "", error_type: str = "AlgorithmError"
    ) -> None:
        super().__init__(message)
        self.error_type = error_type


class ADK:
    """Development kit form: `ADK(apply, load).init()` at the end of the source."""

    def __init__(
        self,
        apply_func: Callable[..., Any],
        load_func: Callable[..., Any] | None = None,
        client: object = None,
    ) -> None:
        self.apply_func = apply_func
        self.load_func = load_func
        self.client = client

    def init(self, _local_payload: object = None) -> None:
        """Hand the functions to the worker; returns at once."""
        _registered[:] = [(self.apply_func, self.load_func)]

    serve = init


def client(*_arguments: object, **_options: object) -> Any:
    raise AlgorithmError(
        "Calls to other algorithms are not available inside an algorithm yet",
        "UnsupportedError",
    )


def take_registered() -> Registered | None:
    """Return what the last imported source registered, once."""
    return _registered.pop() if _registered else None


def install() -> None:
    """Make `import Algorithmia` and `Algorithmia.errors` find this module."""
    errors = types.ModuleType("Algorithmia.errors")
    package = types.ModuleType("Algorithmia")
    for module in (errors, package):
        vars(module).update(
            AlgorithmError=AlgorithmError, AlgorithmException=AlgorithmError
        )
    vars(package).update(ADK=ADK, handler=ADK, client=client, errors=errors)
    sys.modules.update({"Algorithmia": package, "Algorithmia.errors": errors})
