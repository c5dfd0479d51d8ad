"""What templates need: icons, figures with units, highlighted code, our scripts."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from catalog.services.pages.drawings import MINUS
from catalog.services.pages.samples import Sample, sample_of
from catalog.services.pages.tasks import Task, task_of
from catalog.services.pages.written import framework_label, license_label

if TYPE_CHECKING:
    from django.forms import BoundField

    from catalog.models import Algorithm, Card, Example
    from catalog.services.pages.algorithm import Head

register = template.Library()

HTMX = {
    "allowEval": False,
    "allowScriptTags": False,
    "includeIndicatorStyles": False,
    "selfRequestsOnly": True,
    # Pages are one viewer's own: none is left behind in the browser's storage.
    "historyCacheSize": 0,
    # Not style: our policy allows none, so none may be copied.
    "attributesToSettle": ["class", "width", "height"],
    # A refusal is a fragment with its real status, and is shown like any other.
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[2345]..", "swap": True},
    ],
}
TABS = {
    "overview": "catalog:algorithm",
    "try": "catalog:algorithm_try",
    "use": "catalog:algorithm_use",
    "versions": "catalog:algorithm_versions",
    "source": "catalog:algorithm_source",
    "usage": "catalog:algorithm_usage",
    "usage_csv": "catalog:algorithm_usage_csv",
}
MINUTE, HOUR, DAY, DAYS_AS_AGE = 60, 3600, 86_400, 30
KILO = 1000


@register.simple_tag
def htmx_config() -> str:
    return json.dumps(HTMX)


@register.simple_tag
def scripts(*names: str) -> SafeString:
    """Load behaviors of ours, each a module of its own."""
    sources = ((static(f"js/{name}.js"),) for name in names)
    return format_html_join("", '<script type="module" src="{}"></script>', sources)


@register.simple_tag
def icon(name: str, *, size: str = "", **attributes: str) -> SafeString:
    """Draw one of icons.svg; `size` is s or l."""
    more = attributes.get("class", "")
    parts = ("icon", f"icon--{size}" if size else "", more)
    return _icon(name, " ".join(part for part in parts if part))


@lru_cache(maxsize=512)
def _icon(name: str, classes: str) -> SafeString:
    """Write an icon once: a page of results has sixty."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        classes,
        static("icons.svg"),
        name,
    )


@register.filter
def control(field: BoundField) -> SafeString:
    """Render a form's control with our class and its hint and error tied to it.

    Where controls are refused, the page opens at the first of them.
    """
    about = [f"{field.id_for_label}-{part}" for part in ("hint", "error")]
    said = [field.help_text, field.errors]
    described = [pk for pk, text in zip(about, said, strict=True) if text]
    attributes: dict[str, str | bool] = {"class": "field__input"}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if field.errors:
        attributes["aria-invalid"] = "true"
    refused = [name for name in field.form.fields if name in field.form.errors]
    if refused:
        attributes["autofocus"] = field.name == refused[0]
    return SafeString(field.as_widget(attrs=attributes))


@register.filter
def guide_html(html: str) -> SafeString:
    """Put a chapter's HTML into a page: our own text, rendered as cards are."""
    return mark_safe(html)  # noqa: S308 - sanitized by the card renderer


@register.filter
def card_html(card: Card) -> SafeString:
    """Show a card's HTML, which the guarded renderer has made and cleaned."""
    return mark_safe(card.html)  # noqa: S308 - bleach cleaned it at import


@register.filter
def highlighted(html: str) -> SafeString:
    """Show code that Pygments has escaped and marked."""
    return mark_safe(html)  # noqa: S308 - Pygments escapes all of the text


@register.filter
def task(key: str) -> Task:
    return task_of(key)


register.filter("framework", framework_label)
register.filter("license", license_label)


@register.filter
def size(count: int) -> str:
    """Write a number of bytes: 164 B, 41 kB, 1.2 MB."""
    if count < KILO:
        return f"{count} B"
    if count < KILO**2:
        return f"{count / KILO:.0f} kB"
    return f"{count / KILO**2:.1f} MB"


@register.filter
def milliseconds(value: float | None) -> str:
    """Write a duration given in milliseconds: 0.4 ms, 31 ms, 1.2 s."""
    if value is None:
        return ""
    if value < 1:
        return f"{value:.1f} ms"
    if value < KILO:
        return f"{value:.0f} ms"
    return f"{value / KILO:.1f} s"


@register.filter
def seconds(value: float) -> str:
    """Write a duration given in seconds, as `milliseconds` does."""
    return milliseconds(value * KILO)


@register.filter
def full(number: int) -> str:
    """Write all digits: 48,212."""
    return f"{number:,}"


@register.filter
def short(number: int) -> str:
    """Write one decimal with k or M: 940, 48.2k, 1.3M."""
    if number < KILO:
        return str(number)
    if number < KILO**2:
        return f"{number / KILO:.1f}k"
    return f"{number / KILO**2:.1f}M"


@register.filter
def ago(moment: datetime) -> SafeString:
    """Write how long ago a moment was; after 30 days its date."""
    passed = (timezone.now() - moment).total_seconds()
    if passed < MINUTE:
        text = "just now"
    elif passed < HOUR:
        text = _number_of(passed / MINUTE, "minute")
    elif passed < DAY:
        text = _number_of(passed / HOUR, "hour")
    elif passed < DAYS_AS_AGE * DAY:
        text = _number_of(passed / DAY, "day")
    else:
        return day(moment)
    return _time(moment, text)


@register.filter
def day(moment: date) -> SafeString:
    """Write a date, or a moment's date: 19 November 2026."""
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return _time(moment, f"{local.day} {local:%B %Y}")


@register.filter
def moment(at: datetime) -> SafeString:
    """Write a moment to the second, in UTC: 2026-11-19 08:05:12 UTC."""
    return _time(at, f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC")


def _number_of(amount: float, unit: str) -> str:
    count = int(amount)
    return f"{count} {unit}{'' if count == 1 else 's'} ago"


def _time(moment: date, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), text)


@register.filter
def binary_size(count: int) -> str:
    """Write a limit in whole mebibytes: 10 MiB."""
    return f"{count // 1024**2} MiB"


@register.filter
def ticks(text: str) -> SafeString:
    """Show the backticks of a description as code; all else is escaped."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return format_html("{}", text)
    pieces = (
        format_html("<code>{}</code>" if number % 2 else "{}", part)
        for number, part in enumerate(parts)
    )
    return SafeString("".join(pieces))


@register.filter
def sample(example: Example) -> Sample:
    return sample_of(example)


@register.filter
def keep_newline(text: str) -> str:
    """Double a newline at the start of a textarea, as browsers drop the first one."""
    return f"\n{text}" if text.startswith("\n") else text


@register.simple_tag
def page_url(head: Head, tab: str, **query: Any) -> str:
    """Return the address of a tab, with the version where one is pinned."""
    names = [head.algorithm.owner.slug, head.algorithm.name]
    asked = {
        name: str(value) for name, value in query.items() if value not in ("", None)
    }
    target = asked.pop("target", "")
    address = reverse(TABS[tab], args=names) + (f"/{target}" if target else "")
    if head.is_pinned and head.version is not None:
        if tab == "overview":
            address = head.version.get_absolute_url()
        else:
            asked = {"version": head.version.number, **asked}
    return f"{address}?{urlencode(asked)}" if asked else address


@register.filter
def signed(value: float) -> str:
    """Write the end of a scale with a sign of its own width: -1, 0, +1."""
    return f"{value:+g}".replace("-", MINUS) if value else "0"


@register.simple_tag
def specimen_picture(algorithm: Algorithm, side: str, pointer: str) -> str:
    """Return the address of a picture in the first example of the newest version."""
    number = algorithm.latest.number if algorithm.latest else ""
    return _picture(algorithm, number, 0, side + pointer)


def _picture(algorithm: Algorithm, number: str, position: int, at: str) -> str:
    names = [algorithm.owner.slug, algorithm.name, number, position]
    return f"{reverse('catalog:picture', args=names)}?{urlencode({'at': at})}"


@register.simple_tag
def example_picture(head: Head, position: int, side: str, pointer: str) -> str:
    """Return the address of a picture inside an example."""
    number = head.version.number if head.version else ""
    return _picture(head.algorithm, number, position, side + pointer)


@register.simple_tag
def setting(name: str) -> Any:
    """Return one of the limits that pages state."""
    if name not in {"CALL_BODY_BYTES", "VITRINE_RUNS_PER_HOUR", "QUERY_CHARACTERS"}:
        raise template.TemplateSyntaxError(f"{name} is no limit that pages state")
    return getattr(settings, name)
