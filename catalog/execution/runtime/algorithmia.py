"""The module that sources import as `Algorithmia`: ADK, errors, client."""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING, Any

from .client import Client
from .client_errors import ACL, ERRORS

if TYPE_CHECKING:
    from collections.abc import Callable

    from .asks import WayBack

    Registered = tuple[Callable[..., Any], Callable[..., Any] | None]

_registered: list[Registered] = []


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


#: the modules that `install` makes
MODULES = ("Algorithmia", "Algorithmia.acl", "Algorithmia.errors")


def take_registered() -> Registered | None:
    """Return what the last imported source registered, once."""
    return _registered.pop() if _registered else None


def install(way_back: WayBack) -> None:
    """Make `import Algorithmia` and its parts find what is here.

    Their clients ask by `way_back`.
    """

    def client(*_arguments: object, **_options: object) -> Client:
        """Return a client that acts as whoever calls; needs no key or address."""
        return Client(way_back)

    package = types.ModuleType("Algorithmia")
    parts = {"acl": ACL, "errors": ERRORS}
    for name, members in parts.items():
        part = types.ModuleType(f"Algorithmia.{name}")
        vars(part).update(members)
        setattr(package, name, part)
        sys.modules[part.__name__] = part
    default = client()
    vars(package).update(
        ERRORS,
        ADK=ADK,
        algo=default.algo,
        client=client,
        dir=default.dir,
        file=default.file,
        handler=ADK,
    )
    sys.modules["Algorithmia"] = package
