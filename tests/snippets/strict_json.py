"""Read JSON so that nothing is equal that a strict receiver tells apart."""

from __future__ import annotations

import json
from decimal import Context, Decimal

WIDE = Context(prec=1000)


def strict(text):
    """Types, digits, signs, order of keys and repeated keys all count."""
    return json.loads(
        text,
        parse_int=lambda digits: ("integer", digits),
        parse_float=lambda digits: (
            "fraction",
            Decimal(digits).normalize(WIDE).as_tuple(),
        ),
        object_pairs_hook=lambda pairs: ("object", pairs),
    )


def printed(text, *, keeps):
    """Return what is left when a language has read `text` into its own values.

    Repeated keys and their order go; `integers` keeps these exact and the rest as
    doubles; with `doubles` 1 and 1.0 are the same.
    """
    if keeps == "text":
        return strict(text)
    if keeps == "integers":
        return json.loads(
            text,
            parse_int=lambda digits: ("integer", int(digits)),
            parse_float=lambda digits: ("fraction", repr(float(digits))),
        )
    return json.loads(
        text,
        parse_int=lambda digits: ("number", float(digits)),
        parse_float=lambda digits: ("number", float(digits)),
    )


def result_of(answer):
    """Return `result` of a printed answer: with everything kept it is its pairs."""
    return dict(answer[1] if isinstance(answer, tuple) else answer)["result"]


def steady(value, example):
    """Return an output without what the example says varies: its top members."""
    names = {pointer.removeprefix("/") for pointer in example.get("varies", ())}
    if not names:
        return value
    if isinstance(value, tuple):
        kind, pairs = value
        return kind, [(name, None if name in names else v) for name, v in pairs]
    return {name: None if name in names else v for name, v in value.items()}
