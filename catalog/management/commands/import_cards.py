"""`manage.py import_cards`: documentation-only entries into the catalog, in bulk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import pluralize

from catalog.models import Visibility
from catalog.services.card_listing import ListingRefused, list_cards

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from catalog.services.card_listing import ListingSummary

MOST_SAID = 50


class Command(BaseCommand):
    help = (
        "List documentation-only entries from a file with one JSON object a line. "
        "What is there already with the same card stays as it is; bad lines are named, "
        "and then nothing is listed. The worker indexes and renders what is new."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.jsonl")
        parser.add_argument(
            "--owner", default="", help="list under this owner, not the lines'"
        )
        parser.add_argument(
            "--private",
            action="store_true",
            help="new entries are seen by their owner alone",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="check and say what would change"
        )

    def handle(
        self,
        *_args: Any,
        file: Path,
        owner: str,
        private: bool,
        dry_run: bool,
        **_options: Any,
    ) -> None:
        try:
            with file.open("rb") as lines:
                summary = list_cards(
                    lines=lines,
                    owner=owner,
                    visibility=Visibility.PRIVATE if private else Visibility.PUBLIC,
                    dry_run=dry_run,
                    progress=self._progress,
                )
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from None
        except ListingRefused as refused:
            self._say(file, refused.problems)
            raise CommandError(
                f"{len(refused.problems)} problem(s), nothing listed."
            ) from None
        self._say(file, summary.warnings, "warning: ")
        self.stdout.write(summed_up(summary, dry_run=dry_run))

    def _say(self, file: Path, problems: list[Any], prefix: str = "") -> None:
        for problem in problems[:MOST_SAID]:
            self.stderr.write(f"{prefix}{file}:{problem.line}: {problem.message}")
        if len(problems) > MOST_SAID:
            self.stderr.write(f"{prefix}and {len(problems) - MOST_SAID} more")

    def _progress(self, done: int, count: int) -> None:
        if self.stderr.isatty():
            end = "\n" if done == count else ""
            self.stderr.write(f"\r{done:,}/{count:,} entries", ending=end)


def summed_up(summary: ListingSummary, *, dry_run: bool) -> str:
    would = "would be " if dry_run else ""
    created, owners = len(summary.created), len(summary.owners)
    return (
        f"{created:,} entr{pluralize(created, 'y,ies')} {would}listed, "
        f"{len(summary.updated):,} updated, {summary.unchanged:,} unchanged, "
        f"{owners:,} owner{pluralize(owners)} {would}created"
    )
