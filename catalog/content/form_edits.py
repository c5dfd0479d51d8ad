"""Adding, removing and moving the rows of a form, on what the form posts."""

from __future__ import annotations

from .form_names import Posted, marked, row_of


def edited(posted: Posted, command: str) -> Posted:
    """Carry out the command of a button; one that makes no sense changes nothing.

    Commands: `add NAME`, `set NAME`, `unset NAME`, and `drop`, `up` and `down` with
    the NAME of the list and the row's token.
    """
    verb, _space, rest = command.partition(" ")
    name, _space, token = rest.partition(" ")
    changed = dict(posted)
    rows = list(changed.get(marked(name, "row"), []))
    if verb == "add":
        token = str(
            1 + max((int(row[:6]) for row in rows if row.isdecimal()), default=-1)
        )
        changed[marked(name, "row")] = [*rows, token]
        changed[marked(row_of(name, token), "fresh")] = [""]
    elif verb == "set":
        changed[marked(name, "set")] = ["1"]
        changed[marked(name, "fresh")] = [""]
    elif verb == "unset":
        changed.pop(marked(name, "set"), None)
        changed.pop(marked(name, "as"), None)
        changed.pop(name, None)
    elif verb in {"drop", "up", "down"} and token in rows:
        changed[marked(name, "row")] = _moved(rows, verb, token)
        if verb == "drop":
            changed.pop(marked(name, "set"), None)
    return changed


def _moved(rows: list[str], verb: str, token: str) -> list[str]:
    at = rows.index(token)
    left = [row for row in rows if row != token]
    if verb == "drop":
        return left
    place = max(0, at - 1) if verb == "up" else at + 1
    return [*left[:place], token, *left[place:]]
