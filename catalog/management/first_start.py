"""What the first start of a state makes: an administrator and the bundled catalog."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from accounts.services import create_user, generated_password
from catalog.management import first_collections, first_data
from catalog.models import Algorithm
from catalog.services import cards, importing, indexing, synonyms
from catalog.services.publishing import Source

if TYPE_CHECKING:
    from collections.abc import Callable

ADMIN = "operator"
#: what the home page shows at first, the most telling one first
FEATURED = (
    "OverlayText",
    "ForecastSeries",
    "GetSentiment",
    "DominantColors",
    "RecognizeDigit",
    "SearchPosts",
    "DetectLanguage",
    "Hello",
)


def prepare(*, say: Callable[[str], None]) -> Path | None:
    """Fill an empty state; return the file of the new admin's password, if any."""
    password_file = None
    if not User.objects.exists():
        password_file = _make_admin()
    if not Algorithm.objects.exists():
        say("Importing the bundled catalog")
        importing.import_folders(
            paths=[Path(settings.SAMPLES_DIR)],
            source=Source(is_verified=True),
        )
        with suppress(cards.RendererUnavailable):  # the worker tries again
            cards.render_waiting()
        _feature()
        first_collections.add_collections()
        first_data.add_files()
        synonyms.add_defaults()
    if not indexing.backend().health().ok:
        count = indexing.rebuild_index()
        say(f"Search index built: {count} algorithms")
    return password_file


def _feature() -> None:
    now = timezone.now()
    for place, name in enumerate(FEATURED):
        for algorithm in Algorithm.objects.filter(name=name):
            algorithm.featured_at = now - timedelta(seconds=place)
            algorithm.save()


def _make_admin() -> Path:
    password = generated_password()
    kept_in = Path(settings.VITRINE_HOME) / "admin_password"
    descriptor = os.open(kept_in, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(password + "\n")
    create_user(username=ADMIN, password=password, is_staff=True)
    return kept_in
