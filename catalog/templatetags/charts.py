"""Small charts that any page may show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html

from catalog.content import charts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def whole(value: float) -> str:
    """Write a whole number of calls with all its digits: 1,500."""
    return f"{value:,.0f}"


@register.simple_tag
def sparkline(by_day: Sequence[int]) -> SafeString:
    """Draw the calls of each day as a line, the oldest day first."""
    points, end = charts.spark(by_day)
    said = (
        f"Calls per day in {len(by_day)} days: {min(by_day, default=0):,} to "
        f"{max(by_day, default=0):,}, {by_day[-1] if by_day else 0:,} today"
    )
    return format_html(
        '<svg class="spark" viewBox="0 0 88 20" width="88" height="20" role="img" '
        'aria-label="{}"><polyline points="{}"/>'
        '<circle class="spark__end" cx="{}" cy="{}" r="2"/></svg>',
        said,
        points,
        f"{end.x:g}",
        f"{end.y:g}",
    )
