"""Rows that page tests look at: bundled samples, and listings made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from catalog.models import Algorithm, Example, Version
from catalog.services.cards import card_for, render_waiting
from catalog.services.importing import import_folders
from catalog.services.publishing import Source

if TYPE_CHECKING:
    from accounts.models import Owner

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def published(*names: str) -> list[Algorithm]:
    """Import bundled samples as the first start does: verified and public."""
    folders = [SAMPLES / name for name in names]
    import_folders(paths=folders, source=Source(is_verified=True))
    render_waiting()
    found = [Algorithm.objects.named(*name.split("/")).get() for name in names]
    return found if len(names) > 1 else found[0]


def listing(owner: Owner, name: str, **more) -> Algorithm:
    """A listing with one version of a trusted source and one example."""
    card = card_for(source=f"# {name}\n\nA card.")
    algorithm = Algorithm.objects.create(
        owner=owner, name=name, title=name, summary=f"{name}, a listing.", card=card
    )
    version = Version.objects.create(
        algorithm=algorithm,
        major=1,
        minor=0,
        patch=0,
        card=card,
        digest="d" * 64,
        bundle="",
        manifest="",
        is_trusted=True,
        input_schema={
            "type": "object",
            "properties": {"text": {"type": "string", "minLength": 1}},
            "required": ["text"],
        },
        output_schema={"type": "number"},
        **more,
    )
    Example.objects.create(
        version=version,
        position=0,
        title="One",
        input_text='{"text": "one"}',
        output_text="1.50",
    )
    algorithm.latest = version
    algorithm.save()
    return algorithm
