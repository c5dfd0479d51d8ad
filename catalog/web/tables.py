"""The figures of the tab Usage as CSV."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from django.http import HttpResponse

from catalog.services.pages.usage import rows_of

if TYPE_CHECKING:
    from catalog.services.pages.algorithm import AlgorithmPage


def usage_table(shown: AlgorithmPage) -> HttpResponse:
    """Write a row for each hour or day; what is not known is an empty cell."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    found, usage = shown.head.algorithm, shown.usage
    if usage is None:
        return response
    name = f"{found.owner.slug}-{found.name}-{usage.period.key}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    rows = rows_of(usage)
    writer = csv.DictWriter(response, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return response
