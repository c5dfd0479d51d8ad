"""How an algorithm stands with the curators: its successor, its way to the public."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.models import Algorithm, Review, Visibility
from catalog.visibility import may_publish

if TYPE_CHECKING:
    from catalog.visibility import Viewer


@dataclass(frozen=True, slots=True)
class Standing:
    """What the page says above the tabs.

    `successor` is there only if the viewer sees it. The rest is for those who decide
    what this owner publishes: whether they may ask for a review, and the last one.
    """

    successor: Algorithm | None = None
    may_ask: bool = False
    review: Review | None = None

    @property
    def is_waiting(self) -> bool:
        return self.review is not None and self.review.state == Review.State.WAITING

    @property
    def is_declined(self) -> bool:
        return self.review is not None and self.review.state == Review.State.DECLINED


NO_STANDING = Standing()


def standing_of(*, viewer: Viewer, algorithm: Algorithm) -> Standing:
    """Return the standing; without a question to the database for most pages."""
    successor = None
    if algorithm.successor_id is not None:
        visible = Algorithm.objects.visible_to(viewer).select_related("owner")
        successor = visible.filter(pk=algorithm.successor_id).first()
    if algorithm.visibility == Visibility.PUBLIC or not may_publish(viewer, algorithm):
        return Standing(successor)
    review = algorithm.reviews.order_by("-requested_at").first()
    is_waiting = review is not None and review.state == Review.State.WAITING
    return Standing(successor, may_ask=not is_waiting, review=review)
