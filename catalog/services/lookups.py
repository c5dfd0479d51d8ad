"""Per-process look-ups that stand as long as the epoch does (docs/decisions/0004)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

V = TypeVar("V")


class Lookups(Generic[V]):
    """A dict of loaded values that is dropped whole when the epoch moves.

    A load that began in an older epoch ends in that epoch's dict, which nobody asks
    again: a revoked key or a hidden listing cannot come back from a slow thread.
    """

    def __init__(self, limit: int = 10_000) -> None:
        self._limit = limit
        self._held: tuple[int, dict[Hashable, V]] = (-1, {})

    def get(self, epoch: int, key: Hashable, load: Callable[[], V]) -> V:
        """Return the value of `key` in `epoch`; what `load` raises is not kept."""
        held, values = self._held
        if held != epoch:
            values = {}
            self._held = (epoch, values)
        try:
            return values[key]
        except KeyError:
            value = load()
        if len(values) >= self._limit:
            values.clear()
        values[key] = value
        return value
