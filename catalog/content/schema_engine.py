"""jsonschema-rs with our settings: formats asserted, nothing fetched, no ReDoS."""

from __future__ import annotations

from typing import Any, NoReturn

import jsonschema_rs as engine

DRAFT_7 = "json-schema.org/draft-07/schema"
DRAFT_2020 = "json-schema.org/draft/2020-12/schema"

#: a pattern becomes an automaton of up to a megabyte; matching is linear in the text
_PATTERN_BYTES = 1024 * 1024


def validator(schema: Any, registry: Any = None) -> Any:
    """Build a validator of the schema's draft; raises ValueError.

    Messages of its errors say "it" for the value, however large that is.
    """
    kind = engine.Draft7Validator if is_draft_7(schema) else engine.Draft202012Validator
    return kind(
        schema,
        validate_formats=True,
        retriever=_refuse,
        registry=registry,
        mask="it",
        pattern_options=engine.RegexOptions(size_limit=_PATTERN_BYTES),
    )


def registry_of(uri: str, schema: Any) -> Any:
    """Make a schema known by `uri`, so that validators can refer to its parts."""
    draft = engine.Draft7 if is_draft_7(schema) else engine.Draft202012
    return engine.Registry([(uri, schema)], draft=draft, retriever=_refuse)


def is_draft_7(schema: Any) -> bool:
    return isinstance(schema, dict) and names_dialect(schema.get("$schema"), DRAFT_7)


def names_dialect(uri: Any, *known: str) -> bool:
    if not isinstance(uri, str):
        return False
    return uri.rstrip("#").removeprefix("https://").removeprefix("http://") in known


def _refuse(uri: str) -> NoReturn:
    raise ValueError(f"{uri} is outside this schema")
