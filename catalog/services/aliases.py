"""Addresses that algorithms had: kept when one moves, dropped when one is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.models import AlgorithmAlias

if TYPE_CHECKING:
    from accounts.models import Owner
    from catalog.models import Algorithm


def leave(*, algorithm: Algorithm, owner: Owner, name: str) -> None:
    """Keep `owner`/`name`, which the algorithm had until now, leading to it."""
    AlgorithmAlias.objects.filter(owner=owner, name__iexact=name).delete()
    AlgorithmAlias.objects.create(owner=owner, name=name, algorithm=algorithm)


def take_over(*algorithms: Algorithm) -> None:
    """Drop the aliases of others at the addresses where `algorithms` stand now.

    Where one is private its address goes on leading strangers where it did before: a
    redirect that ends would tell them of it. Who sees it comes to it first.
    """
    if not algorithms:
        return
    at = {(each.owner_id, each.name.lower()): each for each in algorithms}
    rows = AlgorithmAlias.objects.filter(owner__in={pk for pk, _name in at})
    for alias in rows:
        here = at.get((alias.owner_id, alias.name.lower()))
        if here is not None and (here.is_public or alias.algorithm_id == here.pk):
            alias.delete()
