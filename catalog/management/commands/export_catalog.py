"""`manage.py export_catalog`: the catalog as algorithm folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from catalog.services.exporting import export_folders

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = (
        "Write every algorithm, private ones too, as folders owner/Name that "
        "import_catalog reads; the directory must be empty or absent."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH")

    def handle(self, *_args: Any, path: Path, **_options: Any) -> None:
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise CommandError(f"{path} is not an empty directory.")
        count = export_folders(path=path)
        self.stdout.write(f"{count} algorithms exported to {path}")
