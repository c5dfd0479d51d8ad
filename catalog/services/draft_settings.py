"""What a request says of an algorithm: details, settings and a sample, checked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from catalog.content.json_text import JsonProblem, parse_json
from catalog.services.errors import BadRequest, UnknownLanguage

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = {"label": 120, "tagline": 300, "summary": 200_000, "release_notes": 20_000}
SAMPLE_CHARACTERS = 1024 * 1024

#: the one environment of this server, under fixed ids that clients may keep
ENVIRONMENT_ID = "01999999-0000-7000-8000-000000000001"
SPECIFICATION_ID = "01999999-0000-7000-8000-000000000002"
#: names of Python that the original service had, all run by this server's Python
LANGUAGES = ("python3", "anaconda3")
DEFAULT_LANGUAGE = "python3"

CHOICES: dict[str, tuple[str, ...]] = {
    "algorithm_callability": ("public", "private"),
    "source_visibility": ("open", "closed"),
    "environment": ("cpu",),
    "license": ("apl", "apache2", "gpl3", "mit"),
    "network_access": ("full", "isolated"),
}
FLAGS = ("pipeline_enabled", "insights_enabled")
DEFAULTS: dict[str, Any] = {
    "algorithm_callability": "private",
    "source_visibility": "open",
    "language": DEFAULT_LANGUAGE,
    "environment": "cpu",
    "algorithm_environment": ENVIRONMENT_ID,
    "license": "apl",
    "network_access": "isolated",
    "pipeline_enabled": False,
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a request says; what it leaves out is absent. Samples are JSON texts."""

    details: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    samples: dict[str, str] = field(default_factory=dict)


def said_in(document: Mapping[str, Any]) -> Said:
    """Read `details`, `settings` and `version_info` of a request.

    Keys that the contract does not know are ignored. Raises BadRequest, which names
    the value, and UnknownLanguage.
    """
    return Said(
        details={
            name: text_in(details, name)
            for details in [table_in(document, "details")]
            for name in ("label", "tagline", "summary")
            if details.get(name) is not None
        },
        settings=_settings_in(table_in(document, "settings")),
        samples={
            name: sample_in(info[name], name)
            for info in [table_in(document, "version_info")]
            for name in ("sample_input", "sample_output")
            if info.get(name) not in (None, "")
        },
    )


def table_in(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return an object inside a request; none is empty. Raises BadRequest."""
    table = document.get(name)
    if table is None:
        return {}
    if not isinstance(table, dict):
        raise BadRequest(f"{name}: send an object.")
    return table


def text_in(table: Mapping[str, Any], name: str) -> str:
    """Return a text within its limit; none is empty. Raises BadRequest."""
    text = table.get(name)
    if text is None:
        return ""
    if not isinstance(text, str) or "\0" in text:
        raise BadRequest(f"{name}: send a text.")
    if len(text) > LONGEST.get(name, 300):
        raise BadRequest(f"{name}: at most {LONGEST.get(name, 300):,} characters.")
    return text if name in {"summary", "release_notes"} else " ".join(text.split())


def sample_in(value: Any, name: str) -> str:
    """Return a sample as JSON text: a text that is no JSON stands for itself.

    Clients send samples as texts that hold JSON, or as bare words.
    """
    if isinstance(value, str):
        try:
            parse_json(value)
        except JsonProblem:
            value = json.dumps(value, ensure_ascii=False)
    else:
        value = json.dumps(value, ensure_ascii=False)
    if len(value) > SAMPLE_CHARACTERS:
        raise BadRequest(f"{name}: at most {SAMPLE_CHARACTERS:,} characters.")
    if "\\u0000" in value:
        raise BadRequest(f"{name}: a NUL character cannot be kept.")
    return str(value).strip()


def sample_out(text: str) -> str:
    """Return a sample as clients sent it: a text that is no JSON without quotes."""
    value = json.loads(text)
    if not isinstance(value, str):
        return text
    try:
        parse_json(value)
    except JsonProblem:
        return value
    return text


def _settings_in(table: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, known in CHOICES.items():
        if (value := table.get(name)) is not None:
            if value not in known:
                raise BadRequest(f"settings.{name}: write one of {', '.join(known)}.")
            found[name] = value
    return {**found, **_flags_in(table), **_language_in(table)}


def _flags_in(table: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in FLAGS:
        if (value := table.get(name)) is not None:
            if not isinstance(value, bool):
                raise BadRequest(f"settings.{name}: write true or false.")
            found[name] = value
    royalty = table.get("royalty_microcredits")
    if royalty is not None:
        if type(royalty) is not int or royalty != 0:
            raise BadRequest("settings.royalty_microcredits: only 0; calls are free.")
        found["royalty_microcredits"] = 0
    return found


def _language_in(table: Mapping[str, Any]) -> dict[str, str]:
    """Read the language by its name, package set or environment: Python alone."""
    found: dict[str, str] = {}
    for name in ("language", "package_set"):
        value = table.get(name)
        if value is None:
            continue
        if not is_known_language(value):
            raise UnknownLanguage(
                f"settings.{name}: this server runs {' and '.join(LANGUAGES)}."
            )
        found[name] = value
    environment = table.get("algorithm_environment")
    if environment is not None:
        if not _is_our_environment(environment):
            raise UnknownLanguage(
                "settings.algorithm_environment: this server has the environment "
                f"{ENVIRONMENT_ID} alone."
            )
        found["algorithm_environment"] = ENVIRONMENT_ID
    return found


def is_known_language(value: Any) -> bool:
    """Tell whether this server's Python runs it: python3, python3-1, anaconda3 ..."""
    if not isinstance(value, str) or len(value) > 40:  # noqa: PLR2004 - no name is longer
        return False
    base, _dash, build = value.lower().partition("-")
    return base in {*LANGUAGES, "python"} and (not build or build.isalnum())


def _is_our_environment(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return UUID(value) in {UUID(ENVIRONMENT_ID), UUID(SPECIFICATION_ID)}
    except ValueError:
        return False
