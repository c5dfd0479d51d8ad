"""Named backends from a settings dict: alias -> one instance per process."""

from __future__ import annotations

import threading
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

B = TypeVar("B")


class BackendRegistry(Generic[B]):
    """The backends of one kind, built on first use and kept for the process.

    One plain dict for all threads, as Django's STORAGES does; the handlers behind
    CACHES keep one object per thread, which would start a worker pool per thread.
    """

    def __init__(self, setting: str, base: type[B]) -> None:
        self.setting = setting
        self.base = base
        self._built: dict[str, B] = {}
        self._lock = threading.RLock()
        setting_changed.connect(self._on_setting_changed)

    def aliases(self) -> list[str]:
        return list(getattr(settings, self.setting))

    def __getitem__(self, alias: str) -> B:
        backend = self._built.get(alias)
        if backend is None:
            with self._lock:
                backend = self._built.get(alias)
                if backend is None:
                    backend = self._built[alias] = self._build(alias)
        return backend

    def _build(self, alias: str) -> B:
        configured: dict[str, dict[str, Any]] = getattr(settings, self.setting)
        try:
            entry = configured[alias]
        except KeyError:
            known = ", ".join(configured) or "none"
            raise ImproperlyConfigured(
                f"{self.setting} has no alias {alias!r}; it has: {known}"
            ) from None
        try:
            backend_class = import_string(entry["BACKEND"])
            backend = backend_class(**entry.get("OPTIONS", {}))
        except (KeyError, ImportError, TypeError) as error:
            raise ImproperlyConfigured(f"{self.setting}[{alias!r}]: {error}") from error
        if not isinstance(backend, self.base):
            raise ImproperlyConfigured(
                f"{self.setting}[{alias!r}]: {entry['BACKEND']} is no "
                f"{self.base.__name__}"
            )
        return backend

    def reset(self) -> None:
        """Forget the built instances, so that the next use reads the settings."""
        with self._lock:
            self._built.clear()

    def _on_setting_changed(self, *, setting: str, **_kwargs: Any) -> None:
        if setting == self.setting:
            self.reset()
