"""The rule for owner names, and the words that no owner may take."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

OWNER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}")

#: Every first path segment of the product, now or planned (DESIGN section 6), and
#: words that would mislead a reader. A test compares this with the routes.
_WORDS = """
    about accounts admin api assets branding collections data favicon feed feeds graphql
    guide healthz help home index internal invitations jobs latest llms login logout
    mcp me metrics new openapi owner owners pipelines private public readyz register
    robots root runs search security settings sign-in sign-out sign-up signin signout
    signup sitemap static status support system teams theme user users v1 v2 v3 vitrine
    well-known www
"""
RESERVED = frozenset(_WORDS.split())


def validate_owner_name(value: str) -> None:
    """Refuse what is no owner name, with the rule in the message."""
    if not OWNER_NAME.fullmatch(value):
        raise ValidationError(
            "Use 1 to 39 letters, digits, - or _ of ASCII, and start with a letter "
            "or a digit.",
            code="invalid",
        )
    if value.lower() in RESERVED:
        raise ValidationError("This name is reserved.", code="reserved")
