"""What the page of an algorithm without a version says to its owner's people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.models import Build, Draft
from catalog.visibility import belongs

if TYPE_CHECKING:
    from catalog.models import Algorithm
    from catalog.visibility import Viewer


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A draft and its newest build, where it was built."""

    build: Build | None

    @property
    def is_callable(self) -> bool:
        """Whether the build can be called by its commit."""
        return self.build is not None and self.build.state == Build.State.SUCCEEDED


def unpublished(*, viewer: Viewer, algorithm: Algorithm) -> Unpublished | None:
    """Return the draft of an algorithm; None where there is none, and to others."""
    if not belongs(viewer, algorithm.owner):
        return None
    if not Draft.objects.filter(algorithm=algorithm).exists():
        return None
    builds = Build.objects.filter(algorithm=algorithm)
    return Unpublished(builds.order_by("-started_at", "-id").first())
