from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from bookyflow.webhooks.catalogue import catalogue_files


class Command(BaseCommand):
    """Writes the catalogue of events."""

    help = "Write the catalogue of events: schemas and a page."
    requires_system_checks: list[str] = []  # it asks the code alone

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, directory: Path, **options: Any) -> None:
        """Write the files, in place of those that are there."""
        for name, text in catalogue_files().items():
            (directory / name).write_text(text, encoding="utf-8")
