"""Rules of keys follow what they name when it gets another address.

Only for keys whose holder sees the thing: a rule that was guessed stays as it is, and
tells nothing of where an unseen thing went.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import ApiKey
from accounts.rules import Rule
from accounts.viewers import KeyViewer
from catalog.models import Algorithm
from catalog.visibility import belongs

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import Owner
    from catalog.visibility import Viewer


def follow_owner(*, owner: Owner, former: str) -> None:
    """Rewrite `algo://former/...` after `owner` was renamed; in its transaction."""

    def renamed(rule: Rule) -> Rule:
        is_meant = rule.owner.lower() == former.lower()
        return Rule(owner.slug, rule.name) if is_meant else rule

    def sees(viewer: Viewer) -> bool:
        rows = Algorithm.objects.visible_to(viewer).filter(owner=owner)
        return belongs(viewer, owner) or rows.exists()

    _rewrite(former, renamed, sees)


def follow_algorithm(*, algorithm: Algorithm, former: tuple[str, str]) -> None:
    """Rewrite the rule that names one algorithm after it moved; in its transaction."""
    owner, name = former

    def moved(rule: Rule) -> Rule:
        is_meant = bool(rule.name) and rule.covers(owner, name)
        return Rule(algorithm.owner.slug, algorithm.name) if is_meant else rule

    def sees(viewer: Viewer) -> bool:
        return Algorithm.objects.visible_to(viewer).filter(pk=algorithm.pk).exists()

    _rewrite(owner, moved, sees)


def _rewrite(
    owner: str, change: Callable[[Rule], Rule], sees: Callable[[Viewer], bool]
) -> None:
    start = f"algo://{owner}/".lower()
    held = ApiKey.objects.filter(revoked_at=None).exclude(rules=[])
    for key in held.select_related("user", "team__owner"):
        if not any(text.lower().startswith(start) for text in key.rules):
            continue
        after = [str(change(rule)) for rule in key.parsed_rules]
        if after != key.rules and sees(_holder(key)):
            key.rules = after
            key.save(update_fields=["rules"])


def _holder(key: ApiKey) -> Viewer:
    """Return whom the key stands for, without its rules."""
    if key.user is not None:
        return key.user
    return KeyViewer(str(key.team), team_id=key.team_id)
