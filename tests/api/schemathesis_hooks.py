"""Puts names that are there into most of what Schemathesis asks, to get past the 404s.

Loaded by Schemathesis itself (SCHEMATHESIS_HOOKS); the names come as JSON in the
environment: parameter -> values, `paths` -> the same for one path alone.
"""

from __future__ import annotations

import json
import os
import random

import schemathesis

KNOWN = json.loads(os.environ["KNOWN_NAMES"])
#: of the own key nobody may make an end: everything after it would be 401
OWN_KEY = os.environ.get("OWN_KEY_ID", "")
KEPT = 0.2

chance = random.Random(5)  # noqa: S311 - a choice of tests


@schemathesis.hook
def before_call(context, case, kwargs):
    """Replace path parameters; a fifth of the cases keeps what was generated."""
    parameters = case.path_parameters or {}
    if chance.random() > KEPT:
        known = {**KNOWN, **KNOWN["paths"].get(case.operation.path, {})}
        pair = chance.choice(KNOWN["pairs"])
        for name in parameters:
            if name in pair:
                parameters[name] = pair[name]
            elif name in known:
                parameters[name] = chance.choice(known[name])
    if OWN_KEY and parameters.get("id") == OWN_KEY:
        parameters["id"] = OWN_KEY[::-1]
