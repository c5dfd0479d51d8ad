"""What everybody may know: for feeds, the sitemap, /llms.txt and social cards.

Each verb answers as an anonymous viewer sees the catalog, whoever asks: these documents
are kept by other machines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import F

from accounts.namespaces import former_owner
from catalog.models import Algorithm, Version
from catalog.services.errors import NotFound
from catalog.services.resolving import find_algorithm

if TYPE_CHECKING:
    from catalog.models.algorithm import AlgorithmQuerySet
    from catalog.models.version import VersionQuerySet

FEED_ENTRIES = 50
NAMED = 40


def algorithms() -> AlgorithmQuerySet:
    """Return every public algorithm with its owner, in a stable order."""
    visible = Algorithm.objects.visible_to(AnonymousUser())
    return visible.select_related("owner").order_by("pk")


def algorithm(*, owner: str, name: str) -> Algorithm:
    """Return one public algorithm; raises NotFound."""
    return find_algorithm(viewer=AnonymousUser(), owner=owner, name=name)


def new_algorithms() -> list[Algorithm]:
    """Return the algorithms that were listed last, newest first."""
    newest = algorithms().prefetch_related("tags").order_by("-created_at", "pk")
    return list(newest[:FEED_ENTRIES])


def owner_slug(*, owner: str) -> str:
    """Return what an owner is called now, by that name or one that it had.

    Raises NotFound where nothing of it is public.
    """
    former = former_owner(owner)
    public = algorithms().filter(owner__slug__iexact=owner)
    if former is not None:
        public = public | algorithms().filter(owner=former)
    found = public.first()
    if found is None:
        raise NotFound(f"owner {owner} not found")
    return found.owner.slug


def new_versions(*, owner: str = "", name: str = "") -> list[Version]:
    """Return the versions published last: of all, of an owner, or of an algorithm.

    Raises NotFound for an owner or an algorithm of which nothing is public.
    """
    rows = _versions()
    if name:
        rows = rows.filter(algorithm=algorithm(owner=owner, name=name))
    elif owner:
        slug = owner_slug(owner=owner)
        rows = rows.filter(algorithm__owner__slug=slug)
    return list(rows.order_by("-published_at", "pk")[:FEED_ENTRIES])


def _versions() -> VersionQuerySet:
    visible = Version.objects.visible_to(AnonymousUser())
    heavy = ("input_schema", "output_schema", "manifest")
    return visible.select_related("algorithm__owner").defer(*heavy)


def best_known() -> list[Algorithm]:
    """Return callable algorithms, the verified and most called first."""
    verified = F("verified_at").desc(nulls_last=True)
    ordered = algorithms().filter(latest__isnull=False)
    return list(ordered.order_by(verified, "-call_count", "pk")[:NAMED])
