"""An algorithm page's request, read into what the services ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile

from accounts.addresses import address_of
from catalog.content.form_fields import UploadedBytes
from catalog.services.callers import caller_on_page
from catalog.services.pages.algorithm import Wanted
from catalog.services.pages.typed import FORM, JSON, Typed
from catalog.web.page import wants_part

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

    from catalog.services.callers import Caller

TARGET_COOKIE = "target"
#: a button's command names a control by the path to it (characters)
LONGEST_EDIT = 4000


def caller_in(request: HttpRequest) -> Caller:
    return caller_on_page(request.user, address_of(request))


def wanted_in(
    request: HttpRequest, owner: str, name: str, *, number: str = "", target: str = ""
) -> Wanted:
    """Read the request; what makes no sense counts as not given."""
    given = request.POST if request.method == "POST" else request.GET
    asked = request.GET.get("input", "")
    is_shared = request.method != "POST" and asked not in {"", FORM, JSON}
    mode = asked if asked in {FORM, JSON} else given.get("mode", "")
    is_typed = request.method == "POST" or "json" in given
    typed = _typed(request, given) if is_typed else None
    return Wanted(
        owner=owner,
        name=name,
        number=number or given.get("version", ""),
        example=_number(given.get("example", "")),
        mode=mode if mode in {FORM, JSON} else FORM,
        target=target or request.COOKIES.get(TARGET_COOKIE, ""),
        typed=Typed(JSON, asked) if is_shared else typed,
        is_shared=is_shared,
        edit=given.get("edit", "")[:LONGEST_EDIT],
        view=given.get("view", ""),
        is_overview="on_overview" in given and not wants_part(request),
        base_url=request.build_absolute_uri("/"),
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 0  # noqa: PLR2004 - no more examples than that


def _typed(request: HttpRequest, given: QueryDict) -> Typed:
    """Read the form, or JSON in an address; fields are `input` and `input.NAME`."""
    mode = given.get("mode", JSON if "json" in given else FORM)
    return Typed(
        mode=mode if mode in {FORM, JSON} else FORM,
        json_text=given.get("json", ""),
        posted={key: [str(v) for v in some] for key, some in given.lists()},
        files={
            key: UploadedBytes(file.name or "", file.content_type or "", file.read())
            for key, file in request.FILES.items()
            if isinstance(file, UploadedFile)
        },
    )
