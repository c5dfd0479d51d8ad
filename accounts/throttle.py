"""When somebody who tried too often may try again.

allauth counts attempts in the cache and says only that there were too many; how long
to wait is read from what it counted.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest

APP = "allauth.account"
CODE = "too_many_login_attempts"
MINUTE = 60
#: views whose 429 allauth answers by itself, and what it counts there
ACTIONS = {
    "account_login": "login",
    "account_signup": "signup",
    "account_reset_password": "reset_password",
    "account_reset_password_from_key": "reset_password_from_key",
    "account_change_password": "change_password",
    "account_reauthenticate": "reauthenticate",
    "mfa_reauthenticate": "reauthenticate",
    "account_email": "manage_email",
}


def seconds_to_wait(request: HttpRequest, *, action: str, key: str = "") -> int:
    """Return the seconds until `action` is allowed again, 0 where it is now."""
    now, waits = time.time(), [0.0]
    for rate in ratelimit.get_rates(app=APP, action=action):
        if (rate.per == "key" and not key) or (
            rate.per == "user" and not request.user.is_authenticated
        ):
            continue
        name = ratelimit.get_cache_key(
            request, app=APP, action=action, rate=rate, key=key or None
        )
        hits = cache.get(name, [])
        if len(hits) >= rate.amount:
            waits.append(hits[-1] + rate.duration - now)
    return math.ceil(max(waits))


def too_many(request: HttpRequest, *, key: str) -> ValidationError:
    """Return the error of one failure too many, with the time to wait."""
    seconds = max(1, seconds_to_wait(request, action="login_failed", key=key))
    return ValidationError(
        f"Too many attempts. Try again in {spelled(seconds)}.",
        code=CODE,
        params={"seconds": seconds},
    )


def spelled(seconds: int) -> str:
    minutes = math.ceil(seconds / MINUTE)
    return "one minute" if minutes == 1 else f"{minutes} minutes"


def wait_in(form: Form | None) -> int:
    """Return the seconds that a form's errors say to wait, 0 where they say nothing."""
    if form is None:
        return 0
    found = [
        error.params["seconds"]
        for errors in form.errors.as_data().values()
        for error in errors
        if error.code == CODE and error.params
    ]
    return max(found, default=0)


def wait_at(request: HttpRequest) -> int:
    """Return the seconds to wait before the page asked for can be asked again."""
    match = request.resolver_match
    action = ACTIONS.get(match.url_name or "", "") if match else ""
    if not action:
        return MINUTE
    key = request.POST.get("email", "").lower()
    return max(1, seconds_to_wait(request, action=action, key=key))
