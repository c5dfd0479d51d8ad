"""What the worker does once a minute: count calls, drop old run records."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from catalog.models import Algorithm, Run
from catalog.services.indexing import note_change

BATCH = 5_000


def count_calls() -> int:
    """Bring each algorithm's number of kept runs up to date; return the changes."""
    counted = dict(
        Run.objects.values("version__algorithm_id")
        .annotate(n=Count("pk"))
        .values_list("version__algorithm_id", "n")
    )
    known = Algorithm.objects.values_list("pk", "call_count")
    changed = {pk: counted.get(pk, 0) for pk, n in known if n != counted.get(pk, 0)}
    for pk, n in changed.items():
        with transaction.atomic():
            # Not save(): a counter is no change that a cached look-up depends on.
            Algorithm.objects.filter(pk=pk).update(call_count=n)
            note_change(pk)
    return len(changed)


def drop_old_runs() -> int:
    """Delete run records past their time, in short transactions."""
    oldest = timezone.now() - timedelta(days=settings.RUN_RECORD_DAYS)
    dropped = 0
    while True:
        old = Run.objects.filter(created_at__lt=oldest).values_list("pk", flat=True)
        batch = list(old[:BATCH])
        if not batch:
            return dropped
        dropped += Run.objects.filter(pk__in=batch).delete()[0]
