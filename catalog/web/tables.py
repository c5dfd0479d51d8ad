"""Rows of figures as CSV."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse


def write_csv(response: HttpResponse, rows: Sequence[dict[str, object]]) -> None:
    """Write rows of numbers and dates; None is an empty cell."""
    writer = csv.DictWriter(response, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
