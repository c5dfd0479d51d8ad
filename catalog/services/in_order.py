"""Work done by several threads and given in the order of what came in."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Item = TypeVar("Item")
Result = TypeVar("Result")


class InOrder(Generic[Item, Result]):
    """Results of `work`, in the order of `items`, at most `ahead` of the reader.

    Whoever reads slowly, or not at all, stops the work: nothing piles up. `work` must
    not raise. Each thread calls `leave` when it ends. Read it once, and close it.
    """

    def __init__(
        self,
        items: Iterator[Item],
        work: Callable[[Item], Result],
        *,
        threads: int,
        ahead: int,
        leave: Callable[[], object] = lambda: None,
    ) -> None:
        self._items = items
        self._work = work
        self._threads = threads
        self._ahead = ahead
        self._leave = leave
        self._changed = threading.Condition()
        self._done: dict[int, Result] = {}
        self._taken = self._given = self._at_work = 0
        self._is_over = False

    def __iter__(self) -> Iterator[Result]:
        self._at_work = self._threads
        for _number in range(self._threads):
            threading.Thread(target=self._run, name="batch", daemon=True).start()
        try:
            while (found := self._next_result()) is not None:
                yield found[0]
        finally:
            self.close()

    def close(self) -> None:
        """Take no more items; what is being worked on is finished, and dropped."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def _next_result(self) -> tuple[Result] | None:
        with self._changed:
            self._changed.wait_for(
                lambda: self._given in self._done or not self._at_work
            )
            if self._given not in self._done:
                return None
            found = self._done.pop(self._given)
            self._given += 1
            self._changed.notify_all()
            return (found,)

    def _run(self) -> None:
        try:
            while (taken := self._take()) is not None:
                result = self._work(taken[1])
                with self._changed:
                    self._done[taken[0]] = result
                    self._changed.notify_all()
        finally:
            self._leave()
            with self._changed:
                self._at_work -= 1
                self._changed.notify_all()

    def _take(self) -> tuple[int, Item] | None:
        with self._changed:
            self._changed.wait_for(
                lambda: self._is_over or self._taken - self._given < self._ahead
            )
            if self._is_over:
                return None
            for item in self._items:
                self._taken += 1
                return self._taken - 1, item
            self._is_over = True
            self._changed.notify_all()
            return None
