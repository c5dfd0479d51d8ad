"""Which search engine VITRINE_SEARCH means; read by the settings, so no Django."""

from __future__ import annotations

from importlib.util import find_spec

ALLOWED = ("auto", "tantivy", "whoosh")


def choose(name: str) -> str:
    """Alias for a value of VITRINE_SEARCH: `tantivy` or `whoosh`.

    `auto` is tantivy where its wheel is installed, else whoosh. Raises ValueError
    for any other name, and for tantivy where it is missing.
    """
    wanted = name.strip().casefold()
    if wanted not in ALLOWED:
        raise ValueError(
            f"VITRINE_SEARCH={name!r} is not allowed; use one of: {', '.join(ALLOWED)}"
        )
    has_tantivy = find_spec("tantivy") is not None
    if wanted == "auto":
        return "tantivy" if has_tantivy else "whoosh"
    if wanted == "tantivy" and not has_tantivy:
        raise ValueError(
            "VITRINE_SEARCH=tantivy, but the package tantivy is not installed; "
            "install it, or use auto or whoosh"
        )
    return wanted
