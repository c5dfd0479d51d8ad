"""By which means and from where this request acts, for the audit trail."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Means:
    """The address that a request came from, and the key that it was made with."""

    address: str = ""
    key_id: UUID | None = None


NO_MEANS = Means()
_means: ContextVar[Means] = ContextVar("means", default=NO_MEANS)


def means() -> Means:
    """Return the means of the request being answered; none in a command."""
    return _means.get()


@contextmanager
def acting(*, address: str = "", key_id: UUID | None = None) -> Iterator[None]:
    """Let what is done within be noted with these means."""
    token = _means.set(Means(address, key_id))
    try:
        yield
    finally:
        _means.reset(token)
