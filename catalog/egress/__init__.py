"""Engine: asks addresses outside, and no other one. Data in, data out."""

from __future__ import annotations

from catalog.egress.addresses import AllowedPair, is_outside
from catalog.egress.rules import EgressRefused, EgressRules, check_url, rules_from
from catalog.egress.session import EgressAnswer, EgressFailed, EgressSession

__all__ = [
    "AllowedPair",
    "EgressAnswer",
    "EgressFailed",
    "EgressRefused",
    "EgressRules",
    "EgressSession",
    "check_url",
    "is_outside",
    "rules_from",
]
