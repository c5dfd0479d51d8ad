"""An execution backend that can be told to refuse, break off or wait first."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from catalog.execution.backends.dummy import DummyBackend

if TYPE_CHECKING:
    from collections.abc import Callable

    from catalog.execution import RunRequest, RunResult

SETTING = {"local": {"BACKEND": "tests.unit.services.scripted_backend.ScriptedBackend"}}


class ScriptedBackend(DummyBackend):
    """Does what `script` says for each call, then runs it; an exception is raised."""

    script: ClassVar[list[Exception | Callable[[], object]]] = []
    asked: ClassVar[list[str]] = []

    def call(self, request: RunRequest) -> RunResult:
        self.asked.append(request.deployment.key)
        step = self.script.pop(0) if self.script else None
        if isinstance(step, Exception):
            raise step
        if step is not None:
            step()
        return super().call(request)
