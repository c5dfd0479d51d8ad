"""`manage.py render_cards`: render the cards that wait, now and with progress."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.services.cards import RendererUnavailable, render_waiting


class Command(BaseCommand):
    help = (
        "Render the cards that wait, the newest first, and those that another version "
        "of the renderer made. The worker does this by itself."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            count = render_waiting(progress=self._progress)
        except RendererUnavailable as away:
            raise CommandError(str(away)) from None
        self.stdout.write(f"{count:,} rendered")

    def _progress(self, done: int, count: int) -> None:
        if self.stderr.isatty():
            end = "\n" if done == count else ""
            self.stderr.write(f"\r{done:,}/{count:,} cards", ending=end)
