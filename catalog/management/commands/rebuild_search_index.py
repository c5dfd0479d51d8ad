"""`manage.py rebuild_search_index`: a new generation of the index."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand

from catalog.services.indexing import rebuild_index


class Command(BaseCommand):
    help = (
        "Build the search index anew beside the old one and swap them; searches go "
        "on meanwhile. Stop `worker` (or `serve`) first: one process writes."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        begun = time.perf_counter()
        count = rebuild_index()
        seconds = time.perf_counter() - begun
        self.stdout.write(f"{count} algorithms indexed in {seconds:.1f} s")
