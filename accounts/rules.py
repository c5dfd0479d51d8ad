"""Rules of keys: `algo://owner/*` for all of an owner, `algo://owner/Name` for one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError

RULE = re.compile(
    r"algo://([A-Za-z0-9][A-Za-z0-9_-]{0,38})/(\*|[A-Za-z0-9][A-Za-z0-9_.-]{0,98})"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a key may reach: an owner's algorithms, or with a `name` one of them."""

    owner: str
    name: str = ""

    def __str__(self) -> str:
        return f"algo://{self.owner}/{self.name or '*'}"

    def covers(self, owner: str, name: str) -> bool:
        """Tell whether `owner`/`name` is within, without regard to case."""
        is_owner = owner.lower() == self.owner.lower()
        return is_owner and (not self.name or name.lower() == self.name.lower())


def parse_rule(text: str) -> Rule:
    """Read a rule; raises ValidationError that shows both forms."""
    found = RULE.fullmatch(text.strip())
    if found is None:
        raise ValidationError(
            f"{text.strip()[:60]!r} is no rule: write algo://owner/* or "
            "algo://owner/Name.",
            code="rule",
        )
    owner, name = found.groups()
    return Rule(owner, "" if name == "*" else name)
