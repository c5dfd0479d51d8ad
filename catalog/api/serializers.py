"""Shapes of the catalog API; explicit fields, nothing that was not asked for."""

from __future__ import annotations

from typing import Any

import orjson
from rest_framework import serializers

from catalog.models import Algorithm, Example
from catalog.services.search import Row


class AlgorithmRow(serializers.Serializer[Any]):
    """An algorithm in a list."""

    owner = serializers.CharField(source="owner.slug")
    name = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    task = serializers.CharField()
    tags = serializers.SerializerMethodField()
    framework = serializers.CharField()
    language = serializers.ListField(child=serializers.CharField())
    license = serializers.CharField()
    visibility = serializers.CharField()
    takes = serializers.CharField()
    gives = serializers.CharField()
    runtime = serializers.SerializerMethodField()
    verified = serializers.SerializerMethodField()
    featured = serializers.SerializerMethodField()
    deprecated = serializers.SerializerMethodField()
    callable = serializers.SerializerMethodField()
    version = serializers.SerializerMethodField()
    calls = serializers.IntegerField(source="call_count")
    median_ms = serializers.FloatField(allow_null=True)
    stars = serializers.IntegerField(source="star_count")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    url = serializers.CharField(source="get_absolute_url")

    def get_tags(self, row: Algorithm) -> list[str]:
        return [tag.name for tag in row.tags.all()]

    def get_verified(self, row: Algorithm) -> bool:
        return row.verified_at is not None

    def get_featured(self, row: Algorithm) -> bool:
        return row.featured_at is not None

    def get_deprecated(self, row: Algorithm) -> bool:
        return row.deprecated_at is not None

    def get_runtime(self, row: Algorithm) -> str:
        return row.latest.runtime if row.latest else ""

    def get_callable(self, row: Algorithm) -> bool:
        return row.latest is not None

    def get_version(self, row: Algorithm) -> str | None:
        return row.latest.number if row.latest else None


class ReasonShape(serializers.Serializer[Any]):
    """Where a typed word was found: the field, the word there, and the way."""

    typed = serializers.CharField()
    field = serializers.CharField()
    found = serializers.CharField()
    via = serializers.ChoiceField(choices=["word", "stem", "typo", "synonym"])


class FoundRow(AlgorithmRow):
    """An algorithm that a search found, with `reasons` where they were asked for."""

    reasons = ReasonShape(many=True, required=False)

    def to_representation(self, instance: Row) -> dict[str, Any]:
        shown = AlgorithmRow(instance.algorithm).data
        if instance.reasons is None:
            return dict(shown)
        return {**shown, "reasons": ReasonShape(instance.reasons, many=True).data}


class FacetValueShape(serializers.Serializer[Any]):
    """A facet's value with its count over all matches, and as pages write it."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field so named
    count = serializers.IntegerField()
    selected = serializers.BooleanField()


class FacetShape(serializers.Serializer[Any]):
    """A facet with its values, most frequent first."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field so named
    values = FacetValueShape(many=True)


class AlgorithmPage(serializers.Serializer[Any]):
    """One page of a list."""

    results = FoundRow(many=True)
    total = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    facets = FacetShape(many=True, required=False)
    did_you_mean = serializers.CharField(required=False)
    degraded = serializers.CharField(required=False)


class FacetList(serializers.Serializer[Any]):
    """The facets of a search and its number of matches."""

    facets = FacetShape(many=True)
    total = serializers.IntegerField()


class ExampleShape(serializers.Serializer[Any]):
    """A sample input with its recorded output."""

    title = serializers.CharField()
    input = serializers.SerializerMethodField()
    output = serializers.SerializerMethodField()

    def get_input(self, row: Example) -> Any:
        return orjson.loads(row.input_text)

    def get_output(self, row: Example) -> Any:
        return orjson.loads(row.output_text) if row.output_text else None


class VersionRow(serializers.Serializer[Any]):
    """A version in a list."""

    number = serializers.CharField()
    visibility = serializers.CharField()
    notes = serializers.CharField()
    published_at = serializers.DateTimeField()
    digest = serializers.CharField()
    runtime = serializers.CharField()
    timeout_seconds = serializers.IntegerField()
    memory_mb = serializers.IntegerField()


class VersionDetail(VersionRow):
    """A version whole: contract, card and examples."""

    input_schema = serializers.JSONField()
    output_schema = serializers.JSONField()
    permissions = serializers.JSONField()
    card = serializers.CharField(source="card.source")
    examples = ExampleShape(many=True)


class VersionList(serializers.Serializer[Any]):
    """The versions of an algorithm, newest first."""

    results = VersionRow(many=True)
    total = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)


class AlgorithmDetail(AlgorithmRow):
    """An algorithm with its newest version."""

    card = serializers.SerializerMethodField()
    latest = VersionDetail(allow_null=True)

    def get_card(self, row: Algorithm) -> str:
        return row.card.source if row.card else ""


class SnippetRow(serializers.Serializer[Any]):
    """A snippet target of a version."""

    target = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field so named
    language = serializers.CharField()
    install = serializers.CharField()
    executed = serializers.CharField()


class SnippetDetail(SnippetRow):
    """A target with its code."""

    code = serializers.CharField()


class SnippetList(serializers.Serializer[Any]):
    """The targets of a version that our tests executed."""

    results = SnippetRow(many=True)
    total = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)


class SuggestionShape(serializers.Serializer[Any]):
    """A completion; `owner`, `name` and `title` are those of an algorithm."""

    kind = serializers.ChoiceField(choices=["algorithm", "task", "tag", "owner"])
    label = serializers.CharField()  # type: ignore[assignment] # a field so named
    detail = serializers.CharField()
    address = serializers.CharField()
    count = serializers.IntegerField()
    owner = serializers.CharField(source="algorithm.owner.slug", required=False)
    name = serializers.CharField(source="algorithm.name", required=False)
    title = serializers.CharField(source="algorithm.title", required=False)


class SuggestionList(serializers.Serializer[Any]):
    """Suggestions, best first."""

    results = SuggestionShape(many=True)


class RunMetadata(serializers.Serializer[Any]):
    """How a run went; `duration` is in seconds."""

    content_type = serializers.ChoiceField(choices=["json", "text", "binary"])
    duration = serializers.FloatField()


class RunAnswer(serializers.Serializer[Any]):
    """A run that gave a result; binary results are base64."""

    id = serializers.UUIDField()
    algorithm = serializers.CharField()
    version = serializers.CharField()
    result = serializers.JSONField()
    metadata = RunMetadata()


class ProblemItem(serializers.Serializer[Any]):
    """One fault: of the input at `pointer`, or of a parameter at `position`."""

    detail = serializers.CharField()
    pointer = serializers.CharField(required=False)
    parameter = serializers.CharField(required=False)
    position = serializers.IntegerField(required=False)
    length = serializers.IntegerField(required=False)


class ProblemShape(serializers.Serializer[Any]):
    """An error, RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    code = serializers.CharField()
    retryable = serializers.BooleanField()
    errors = ProblemItem(many=True, required=False)  # type: ignore[assignment] # as label
