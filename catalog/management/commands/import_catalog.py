"""`manage.py import_catalog`: algorithm folders into the catalog."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import pluralize

from catalog.services.cards import RendererUnavailable, render_waiting
from catalog.services.importing import ImportRefused, import_folders
from catalog.services.publishing import Source

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = (
        "Publish algorithm folders: one folder, or a tree of owner/Name. What is there "
        "already stays as it is; a bad folder is named with file and line, and then "
        "nothing is imported. The source runs on this server: import what you trust."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument(
            "--owner", default="", help="publish under this owner, not the folder's"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="check and say what would change"
        )

    def handle(
        self,
        *_args: Any,
        paths: list[Path],
        owner: str,
        dry_run: bool,
        **_options: Any,
    ) -> None:
        try:
            summary = import_folders(
                paths=paths,
                source=Source(owner=owner),
                dry_run=dry_run,
                progress=self._progress,
            )
        except ImportRefused as refused:
            for problem in refused.problems:
                self.stderr.write(str(problem))
            raise CommandError(
                f"{len(refused.problems)} problem(s), nothing imported."
            ) from None
        for warning in summary.warnings:
            self.stderr.write(f"warning: {warning}")
        if not dry_run:
            self._render()
        would = "would be " if dry_run else ""
        created, published = len(summary.created), len(summary.published)
        self.stdout.write(
            f"{created} algorithm{pluralize(created)} {would}created, "
            f"{published} version{pluralize(published)} {would}published, "
            f"{len(summary.updated)} updated, {len(summary.unchanged)} unchanged"
        )

    def _render(self) -> None:
        """Render the new cards; a worker that runs meanwhile does the same work."""
        try:
            render_waiting(
                progress=lambda done, count: self._progress(
                    done, count, "cards rendered" if done < count else ""
                )
            )
        except RendererUnavailable as away:
            self.stderr.write(f"warning: {away} The worker renders the cards later.")

    def _progress(self, done: int, count: int, name: str) -> None:
        if name and self.stderr.isatty():
            self.stderr.write(f"\r{done + 1}/{count} {name:<60}", ending="")
        elif self.stderr.isatty():
            self.stderr.write("\r" + " " * 80 + "\r", ending="")
