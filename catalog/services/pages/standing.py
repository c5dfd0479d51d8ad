"""How an algorithm stands with the curators: its successor, its way to the public."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.models import Algorithm, Review, Visibility
from catalog.visibility import may_publish, rights_of

if TYPE_CHECKING:
    from catalog.visibility import Viewer


@dataclass(frozen=True, slots=True)
class Standing:
    """What the page says above the tabs.

    `successor` is there only if the viewer sees it; `right` is what the viewer was
    given by others, to read or to run, "" for what is public or the viewer's own. The
    rest is for those who decide what this owner publishes: whether they may ask for a
    review, and the last one.
    """

    successor: Algorithm | None = None
    may_ask: bool = False
    review: Review | None = None
    may_publish: bool = False
    right: str = ""

    @property
    def is_waiting(self) -> bool:
        return self.review is not None and self.review.state == Review.State.WAITING

    @property
    def is_declined(self) -> bool:
        return self.review is not None and self.review.state == Review.State.DECLINED


NO_STANDING = Standing()


def standing_of(*, viewer: Viewer, algorithm: Algorithm) -> Standing:
    """Return the standing; for nobody, of most pages, without a question."""
    successor = None
    if algorithm.successor_id is not None:
        visible = Algorithm.objects.visible_to(viewer).select_related("owner")
        successor = visible.filter(pk=algorithm.successor_id).first()
    is_publisher = may_publish(viewer, algorithm)
    if not is_publisher:
        right = rights_of(viewer, [algorithm]).get(algorithm.pk, "")
        return Standing(successor, right=right)
    if algorithm.visibility == Visibility.PUBLIC:
        return Standing(successor, may_publish=True)
    review = algorithm.reviews.order_by("-requested_at").first()
    is_waiting = review is not None and review.state == Review.State.WAITING
    return Standing(successor, not is_waiting, review, may_publish=True)
