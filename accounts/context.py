"""What every page shows of the person who looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import SimpleLazyObject

from accounts import notices
from accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest


def person(request: HttpRequest) -> dict[str, Any]:
    """Return the number of notices not seen yet, as the session's row brought it."""

    def unseen() -> int:
        user = getattr(request, "user", None)
        if not isinstance(user, User):
            return 0
        known: int | None = getattr(request.session, "unseen", None)
        return notices.unseen(user=user) if known is None else known

    return {"unseen_notices": SimpleLazyObject(unseen)}
