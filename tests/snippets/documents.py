"""Hypothesis strategies for JSON documents as somebody might type them."""

from __future__ import annotations

import json

from hypothesis import strategies as st

TRAPS = (
    "",
    "'",
    '"',
    "\\",
    "`",
    "${x}",
    "$(id)",
    '"""',
    "__proto__",
    "0",
    "1",
    "\u2028",
    "\ufeff",
    "\u202e",
    "\u00a0",
    "\U000e0041",
    "\ud800",
    "\n",
    "\x00",
    "{{ x }}",
    "{% x %}",
    "</script>",
)

texts = st.text(st.characters(), max_size=12) | st.sampled_from(TRAPS)


@st.composite
def strings(draw):
    value = draw(texts)
    lone = any("\ud800" <= char <= "\udfff" for char in value)
    return json.dumps(value, ensure_ascii=lone or draw(st.booleans()))


numbers = st.from_regex(
    r"-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,22})?([eE][+-]?[0-9]{1,3})?", fullmatch=True
) | st.sampled_from(
    ["-0", "-0.0", "1.0", "1e400", "1e-400", "1E5", "9007199254740993", "0e5"]
)
scalars = strings() | numbers | st.sampled_from(["null", "true", "false"])
spaces = st.sampled_from(["", " ", "\n", "\r\n\t"])


@st.composite
def arrays(draw, items):
    space = draw(spaces)
    return f"[{space}" + f"{space},".join(draw(st.lists(items, max_size=6))) + "]"


@st.composite
def objects(draw, items):
    space = draw(spaces)
    members = draw(st.lists(st.tuples(strings(), items), max_size=6))
    inner = f",{space}".join(f"{key}{space}:{space}{value}" for key, value in members)
    return "{" + inner + space + "}"


documents = st.recursive(
    scalars, lambda items: arrays(items) | objects(items), max_leaves=12
)
