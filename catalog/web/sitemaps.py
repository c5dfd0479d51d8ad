"""The sitemap: public pages alone, in parts that are quick to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.urls import reverse

from catalog.services import announced

if TYPE_CHECKING:
    from datetime import datetime

    from catalog.models import Algorithm
    from catalog.models.algorithm import AlgorithmQuerySet

    _Algorithms = Sitemap[Algorithm]
    _Pages = Sitemap[str]
else:
    _Algorithms = _Pages = Sitemap


class Algorithms(_Algorithms):
    """Every public algorithm, with when it changed."""

    #: the protocol allows 50,000; one of that size takes seconds to write
    limit = 5_000

    def items(self) -> AlgorithmQuerySet:
        return announced.algorithms().only("name", "updated_at", "owner__slug")

    def lastmod(self, item: Algorithm) -> datetime:
        return item.updated_at

    def get_latest_lastmod(self) -> datetime | None:
        """Ask the database; Django's own would read every row."""
        newest: datetime | None = self.items().aggregate(top=Max("updated_at"))["top"]
        return newest


class Pages(_Pages):
    """The pages that are always there."""

    def items(self) -> list[str]:
        return ["home", "search", "collections", "guide"]

    def location(self, item: str) -> str:
        return reverse(f"catalog:{item}")


SITEMAPS = {"pages": Pages, "algorithms": Algorithms}
