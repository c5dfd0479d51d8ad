"""The fields of a tantivy index, and a document in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tantivy

from catalog.search.base import FACET_FIELDS, SORTS
from catalog.search.filters import FIELDS

if TYPE_CHECKING:
    from catalog.search.documents import IndexedDocument

META_ID = "meta"
"""Id of the document that holds the position; algorithms have UUIDs."""

KEYED = tuple(sort for sort in SORTS if sort != "relevance")
MISSING = "missing"
"""Names of the filter fields without a value."""


def filter_field(field: str) -> str:
    """Return the index field behind a field of the filter language."""
    return f"is_{field}"


def schema() -> tantivy.Schema:
    """Raw fields are whole values, tokenized ones hold our tokens between blanks."""
    builder = tantivy.SchemaBuilder()
    raw: dict[str, Any] = {"tokenizer_name": "raw", "index_option": "basic"}
    blanks: dict[str, Any] = {"tokenizer_name": "whitespace"}
    builder.add_text_field("id", stored=True, **raw)
    builder.add_text_field("audience", **raw)
    builder.add_text_field("body", index_option="freq", **blanks)
    for words in ("names", "words"):
        builder.add_text_field(words, index_option="basic", **blanks)
    for facet in FACET_FIELDS:
        builder.add_text_field(facet, fast=True, **raw)
    for sort in KEYED:
        builder.add_text_field(f"{sort}_key", fast=True, **raw)
        for number in range(3):
            builder.add_unsigned_field(f"{sort}_{number}", fast=True)
    for field in FIELDS.values():
        if field.type in {"number", "date"}:
            builder.add_float_field(filter_field(field.name), fast=True)
        else:
            builder.add_text_field(filter_field(field.name), **raw)
    builder.add_text_field(MISSING, **raw)
    builder.add_unsigned_field("version", stored=True)
    builder.add_unsigned_field("popularity", stored=True)
    builder.add_unsigned_field("length", stored=True, fast=True)
    builder.add_unsigned_field("position", stored=True)
    builder.add_bytes_field("digest", stored=True)
    builder.add_bytes_field("terms", stored=True)
    return builder.build()


def document_of(document: IndexedDocument) -> tantivy.Document:
    added = tantivy.Document()
    added.add_text("id", document.id)
    added.add_unsigned("version", max(0, document.version))
    added.add_bytes("digest", document.digest.encode())
    for audience in document.audiences:
        added.add_text("audience", audience)
    added.add_unsigned("popularity", max(0, document.popularity))
    added.add_unsigned("length", document.length)
    added.add_bytes("terms", document.packed_terms.encode())
    added.add_text("body", document.repeated_terms)
    added.add_text("names", " ".join(document.names))
    added.add_text("words", " ".join(document.words))
    for field, values in document.facets.items():
        for value in values:
            added.add_text(field, value)
    for sort, key in document.keys.items():
        added.add_text(f"{sort}_key", key.text)
        for place, number in enumerate(key.numbers):
            added.add_unsigned(f"{sort}_{place}", number)
    _add_values(added, document)
    return added


def _add_values(added: tantivy.Document, document: IndexedDocument) -> None:
    for field, values in document.values.items():
        name = filter_field(field)
        if not values:
            added.add_text(MISSING, field)
        for value in values:
            if isinstance(value, bool):
                added.add_text(name, str(value))
            elif isinstance(value, str):
                added.add_text(name, value)
            else:
                added.add_float(name, value)
