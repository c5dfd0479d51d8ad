"""Many inputs for one version in one request, answered line by line, in order."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import close_old_connections, connections

from accounts.acting import acting
from catalog.content.batch_items import items_in_array, items_in_lines, keyed
from catalog.content.json_text import JsonProblem
from catalog.execution import AlgorithmFailed, ExecutionError
from catalog.services import batch_lines, repeated_runs, runs
from catalog.services.callers import again
from catalog.services.errors import (
    BadRequest,
    InvalidJson,
    PayloadTooLarge,
    QuotaSpent,
    RequestInFlight,
    ServiceError,
    SignInNeeded,
    TooManyRequests,
    TooManyRuns,
    UnsupportedMediaType,
)
from catalog.services.in_order import InOrder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from catalog.content.batch_items import Items
    from catalog.services.callers import Caller
    from catalog.services.runs import Call

    #: whose batch it is: a person's or a team's, and the number of the row
    Slot = tuple[str, int]

logger = logging.getLogger(__name__)

ARRAY = "application/json"
LINES = (
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonlines",
)
#: of the answer, whichever edge gives it; proxies hand each line on at once
HEADERS = {
    "Content-Type": LINES[0],
    "Cache-Control": "private, no-store",
    "X-Accel-Buffering": "no",
}
#: all that may be answered at once by one process
MOST_BATCHES = 16
#: how far results may be ahead of the reader, in items for each thread
AHEAD = 2
#: how often, and with which pauses (s), an item is asked for that another request holds
WAITS, PAUSE = 60, 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """A batch as an edge took it; `call` has all but the inputs.

    `authorization` is the header with the key, "" for a signed-in person.
    """

    call: Call
    body: bytes
    media_type: str
    has_keys: bool
    parallel: int
    authorization: str = ""


def has_keys_in(text: str) -> bool:
    """Read `?keys=`; raises BadRequest."""
    if text.lower() in {"", "0", "false"}:
        return False
    if text.lower() in {"1", "true"}:
        return True
    raise BadRequest(f"keys={text[:40]!r}: write true or false.")


def parallel_in(text: str) -> int:
    """Read `?concurrency=`, how many items may run at once; raises BadRequest."""
    most: int = settings.VITRINE_BATCH_PARALLEL
    if not text:
        return most
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most):
        raise BadRequest(f"concurrency={text[:40]!r}: write a number from 1 to {most}.")
    return int(text)


class Batch:
    """The answer: iterate it once for its lines, and close it.

    Closing it, as a server does when its client is gone, lets no further item begin.
    """

    def __init__(
        self, caller: Caller, asked: Asked, items: Items, version_id: UUID
    ) -> None:
        self._caller = caller
        self._asked = asked
        self._items = items
        self._version_id = version_id
        #: what ends the batch before its time; later items are answered with it
        self._ended: ServiceError | None = None
        self._is_closed = threading.Event()
        self._slot = _take_slot(caller)
        self._lines = InOrder(
            self._numbered(),
            self._line,
            threads=min(asked.parallel, max(1, len(items))),
            ahead=AHEAD * asked.parallel,
            leave=connections.close_all,
        )

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._lines
        finally:
            self.close()

    def close(self) -> None:
        if not self._is_closed.is_set():
            self._is_closed.set()
            self._lines.close()
            _free_slot(self._slot)

    def _numbered(self) -> Iterator[tuple[int, int, bytes]]:
        for index, (line, text) in enumerate(self._items):
            yield index, line, text

    def _line(self, item: tuple[int, int, bytes]) -> bytes:
        index, line, text = item
        key = ""
        try:
            close_old_connections()
            if self._asked.has_keys:
                key, text = keyed(text)
            with acting(address=self._caller.address, key_id=self._caller.key_id):
                said = self._said(key, text)
        except JsonProblem as problem:
            said = batch_lines.refused(InvalidJson(str(problem)), line)
        except ServiceError as refused:
            said = batch_lines.refused(refused, line)
        except AlgorithmFailed as failed:
            said = batch_lines.failed(failed)
        except ExecutionError as error:
            said = batch_lines.not_run(error)
        except Exception:
            logger.exception("item %d of a batch failed", index)
            said = batch_lines.broken()
        return batch_lines.line(index, key, said)

    def _said(self, key: str, text: bytes) -> bytes:
        if self._ended is not None:
            raise self._ended
        try:
            caller = again(self._caller, authorization=self._asked.authorization)
            call = self._asked.call._replace(body=text)
            if not key:
                done = runs.execute(caller=caller, call=call)
                return batch_lines.succeeded(done.result)
            return self._once(caller, call, key)
        except (QuotaSpent, TooManyRuns, SignInNeeded) as over:
            # Asked again for each item, an ended key would look like somebody guessing.
            self._ended = over
            raise

    def _once(self, caller: Caller, call: Call, key: str) -> bytes:
        """Run an item once for its key; wait where another request has it just now.

        A key counts for one version: another one is asked anew.
        """
        own = f"batch:{self._version_id.hex}:{key}"
        for _time in range(WAITS):
            try:
                return repeated_runs.execute_once(
                    caller=caller, call=call, key=own, answer=batch_lines.kept
                ).body
            except RequestInFlight:
                if self._is_closed.wait(PAUSE):
                    raise
        raise RequestInFlight("Another request works on this item.", retry_after=1)


def begin(*, caller: Caller, asked: Asked) -> Batch:
    """Return the answer to a batch that may run; nothing ran yet.

    Raises a ServiceError for what is refused as a whole: the reference, the right to
    run it, a body that is none, too many items, too many batches at once.
    """
    call = asked.call
    target = runs.choose(
        caller=caller, owner=call.owner, name=call.name, version=call.version
    )
    items = _items_of(asked)
    if len(items) > settings.VITRINE_BATCH_ITEMS:
        raise PayloadTooLarge(
            f"A batch has at most {settings.VITRINE_BATCH_ITEMS:,} items. Send the "
            "others in another one."
        )
    # All items run on one version, whatever is published meanwhile.
    owner, _slash, name = target.full_name.partition("/")
    pinned = call._replace(owner=owner, name=name, version=target.number)
    holder = target.version_id or target.algorithm_id
    return Batch(caller, replace(asked, call=pinned), items, holder)


def _items_of(asked: Asked) -> Items:
    most = settings.VITRINE_BATCH_ITEMS
    if asked.media_type in LINES:
        return items_in_lines(asked.body, most=most)
    if asked.media_type != ARRAY:
        raise UnsupportedMediaType(
            f"unsupported Content-Type {asked.media_type[:80]!r}; send {LINES[0]} (one "
            f"input a line) or {ARRAY} (one array of inputs)"
        )
    try:
        return items_in_array(asked.body, most=most)
    except JsonProblem as problem:
        raise InvalidJson(str(problem)) from None


_open: Counter[Slot] = Counter()
_opening = threading.Lock()


def _take_slot(caller: Caller) -> Slot:
    """Take one of the caller's places in this process; raises TooManyRequests."""
    ((kind, number),) = caller.holder.items()
    with _opening:
        is_full = _open.total() >= MOST_BATCHES
        if is_full or _open[kind, number] >= settings.VITRINE_BATCHES:
            raise TooManyRequests(
                f"{settings.VITRINE_BATCHES} batches at once are possible. Wait until "
                "one has ended.",
                retry_after=5,
            )
        _open[kind, number] += 1
    return kind, number


def _free_slot(slot: Slot) -> None:
    with _opening:
        _open[slot] -= 1
        if not _open[slot]:
            del _open[slot]
