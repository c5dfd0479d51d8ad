"""The sounds that a JSON text holds."""

from __future__ import annotations

from catalog.content.json_text import JsonProblem, parse_json
from catalog.content.sounds import ResultSound, result_sounds

#: sounds are looked for in texts up to this length (characters)
SOUND_CHARACTERS = 8 * 1024 * 1024


def sounds_in(json_text: str) -> list[ResultSound]:
    """Return the sounds that a JSON text holds as data URIs."""
    if "data:audio/" not in json_text or len(json_text) > SOUND_CHARACTERS:
        return []
    try:
        return result_sounds(parse_json(json_text, allow_nul=True))
    except JsonProblem:
        return []
