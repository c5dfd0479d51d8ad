"""What every page shows of the person who looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import SimpleLazyObject

from accounts import notices
from accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest


def person(request: HttpRequest) -> dict[str, Any]:
    """Return the number of notices not seen yet: one question, if a page asks."""

    def unseen() -> int:
        user = getattr(request, "user", None)
        return notices.unseen(user=user) if isinstance(user, User) else 0

    return {"unseen_notices": SimpleLazyObject(unseen)}
