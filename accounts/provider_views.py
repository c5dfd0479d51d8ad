"""The way to the provider of identities; used where one is set."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from allauth.socialaccount.providers.openid_connect import views
from django.http import QueryDict
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def leave(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider, to sign in and for nothing else.

    allauth reads more out of the address: other scopes, and the wish to connect an
    identity to the account that is signed in. A link somewhere else could ask for
    that while the visitor is known to the provider as somebody else, who would then
    have a way into the account. Accounts are linked by verified addresses instead.
    """
    wanted = request.GET.get("next", "")
    query = QueryDict(urlencode({"next": wanted}) if wanted else "")
    request.GET = query
    return cast("HttpResponse", views.login(request, provider_id))
