"""Fills the new columns of rows that are there already."""

from __future__ import annotations

from django.db import migrations

from catalog.content.cards import CardProblem, parse_card
from catalog.content.type_words import input_words, joined_words, output_words


def fill(apps, _editor):
    algorithms = apps.get_model("catalog", "Algorithm")
    for algorithm in algorithms.objects.select_related("latest").iterator():
        if algorithm.latest is not None:
            algorithm.takes = joined_words(input_words(algorithm.latest.input_schema))
            algorithm.gives = joined_words(output_words(algorithm.latest.output_schema))
            algorithm.save(update_fields=["takes", "gives"])
    for card in apps.get_model("catalog", "Card").objects.iterator():
        try:
            card.meta = parse_card(card.source).meta
        except CardProblem:
            continue
        card.save(update_fields=["meta"])


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_display_case")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
