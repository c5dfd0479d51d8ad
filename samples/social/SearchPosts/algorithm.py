"""Search some 300 short posts; the bundled pipelines take their captions from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from index import Index, stems

MAX_CHARACTERS = 200
MAX_POSTS = 50
LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pt", "sv")
SORTS = ("positive", "negative", "relevance", "likes", "newest")

index: Index


class InputError(ValueError):
    """The caller sent something that cannot be searched for."""

    error_type = "InputError"


def load() -> None:
    """Read and index the posts once per worker."""
    global index
    posts, synonyms = (
        json.loads(Path(f"assets/{name}.json").read_text("utf-8"))
        for name in ("posts", "synonyms")
    )
    index = Index(posts, synonyms)


def apply(input: Any) -> dict[str, Any]:
    """Return how many posts match `query`, and the first of them."""
    query, limit, lang, sort = checked(input)
    found = [hit for hit in index.search(query) if lang in (None, hit[0]["lang"])]
    found.sort(key=lambda hit: order(*hit, sort))
    return {
        "total": len(found),
        "posts": [{**post, "score": score} for post, score, _ in found[:limit]],
    }


def order(post: dict[str, Any], score: float, is_close: bool, sort: str) -> Any:
    """Return the key to sort by; what is equal in all else stays in order of `id`.

    A post without a sentiment counts as a neutral one.
    """
    mood = post["sentiment"] or 0.0
    first = {
        "positive": (-mood, -post["likes"], -score),
        "negative": (mood, -post["likes"], -score),
        "relevance": (-score, -post["likes"]),
        "likes": (-post["likes"], -score),
        "newest": (-int("".join(filter(str.isdigit, post["created_at"]))),),
    }[sort]
    return (not is_close, *first, post["id"])


def checked(input: Any) -> tuple[str, int, str | None, str]:
    """Return query, number of posts, language and order; raise InputError."""
    if not isinstance(input, dict) or not isinstance(input.get("query"), str):
        raise InputError('The input must be an object with a query: {"query": "dog"}.')
    query, limit = input["query"], input.get("limit", 10)
    if len(query) > MAX_CHARACTERS or not stems(query):
        raise InputError(
            f"`query` must hold a word, and at most {MAX_CHARACTERS} characters."
        )
    if type(limit) is not int or not 1 <= limit <= MAX_POSTS:
        raise InputError(
            f"`limit` must be a whole number from 1 to {MAX_POSTS}; got {limit!r:.40}."
        )
    lang, sort = input.get("lang"), input.get("sort", "positive")
    for name, value, known in (("lang", lang, LANGUAGES), ("sort", sort, SORTS)):
        if value not in known and name in input:
            raise InputError(
                f"`{name}` must be one of {', '.join(known)}; got {value!r:.40}."
            )
    return query, limit, lang, sort
