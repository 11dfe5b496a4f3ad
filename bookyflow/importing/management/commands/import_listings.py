from __future__ import annotations

import re
from argparse import ArgumentTypeError
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.core import places
from bookyflow.core.acting import Actor
from bookyflow.core.currencies import is_currency
from bookyflow.core.dates import is_time_zone
from bookyflow.core.errors import DomainError
from bookyflow.importing.addresses import Defaults
from bookyflow.importing.listings import Listing
from bookyflow.importing.progress import Progress
from bookyflow.importing.reading import ListingFile, Refused, UnknownFile
from bookyflow.importing.services import ImportOrder, listings_import

BATCH = 200  # rows in one transaction, each with a year of prices
NAMES_SHOWN = 50


class Command(BaseCommand):
    """Makes properties of a file of listings, or brings those of an earlier import up to date."""

    help = (
        "Import a CSV file of listings (summary or detailed columns) as properties of a manager. "
        "A listing imported before is updated where the file has changed. Rows at fault are "
        "listed with their line and left out. Can be stopped and run again at any time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """`import_listings FILE --manager LOGIN`, and what holds where rows say nothing."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--manager", required=True, metavar="LOGIN")
        parser.add_argument("--limit", type=_count, metavar="N", help="read N rows at most")
        parser.add_argument("--country", type=_country, help="ISO 3166-1, for rows that name none")
        parser.add_argument("--region", type=_region, help="ISO 3166-2, such as US-MA, likewise")
        parser.add_argument("--town", default="", help="for rows that name none")
        parser.add_argument("--currency", type=_currency, help="ISO 4217; default: the country's")
        parser.add_argument("--time-zone", type=_zone, help="default: that of the place")
        parser.add_argument(
            "--language", type=_language, default="en-GB", help="of the texts; default: en-GB"
        )
        parser.add_argument(
            "--source", type=_source, default="listings", help="what the ids belong to"
        )

    def handle(self, *, file: Path, limit: int | None, **options: Any) -> None:
        """Import batch by batch; the outcome goes to standard output, the rest to error."""
        order = _order(options)
        try:
            with ListingFile(file) as listing_file:
                self._run(listing_file, order, limit)
        except UnknownFile as error:
            raise CommandError(f"{file}: {error}") from error
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except DomainError as error:
            raise CommandError(f"Stopped, whole batches are in: {error.detail}") from error

    def _run(self, file: ListingFile, order: ImportOrder, limit: int | None) -> None:
        by = Actor(user_id=order.manager.pk)
        progress = Progress(self._to_stderr, is_terminal=self.stderr.isatty())
        total: Counter[str] = Counter()
        unknown: Counter[str] = Counter()
        no_amenities: Counter[str] = Counter()
        rows = islice(file.rows(), limit)
        while batch := list(islice(rows, BATCH)):
            listings = [row for row in batch if isinstance(row, Listing)]
            tally = listings_import(listings=listings, order=order, by=by)
            refused = [row for row in batch if isinstance(row, Refused)] + tally.refused
            for row in sorted(refused, key=lambda row: row.line):
                progress.say(f"line {row.line}: {row.reason}")
            total.update(
                rows=len(batch),
                new=tally.created,
                timeless=tally.timeless,
                updated=tally.updated,
                unchanged=tally.unchanged,
                refused=len(refused),
                unpriced=sum(row.price is None for row in listings),
                shortened=sum(row.short_name != row.name for row in listings),
            )
            unknown.update(name for row in listings for name in row.unknown_amenities)
            no_amenities.update(name for row in listings for name in row.no_amenities)
            progress.show(file.part_read, f"{total['rows']} rows")
        progress.end()
        self._report(file, total)
        self._name("stand for no feature here", unknown)
        self._name("are no amenities", no_amenities)

    def _to_stderr(self, text: str) -> None:
        self.stderr.write(text, style_func=str, ending="")
        self.stderr.flush()

    def _report(self, file: ListingFile, total: Counter[str]) -> None:
        say = self.stdout.write
        say(
            f"{total['rows']} rows of the {file.column_set.name} columns: {total['new']} new, "
            f"{total['updated']} updated, {total['unchanged']} unchanged, "
            f"{total['refused']} refused."
        )
        if total["unpriced"]:
            say(f"{total['unpriced']} have no price, so they are not for sale.")
        if total["timeless"]:
            say(
                f"{total['timeless']} have no time zone, since their country has several and the "
                "position does not tell: they are not published. Give --time-zone."
            )
        if total["shortened"]:
            say(f"{total['shortened']} names are too long; they are whole in the texts.")

    def _name(self, what: str, names: Counter[str]) -> None:
        """Say which names came how often, the most frequent ones first."""
        if not names:
            return
        shown = ", ".join(f"{name} ({times})" for name, times in names.most_common(NAMES_SHOWN))
        more = len(names) - NAMES_SHOWN
        rest = f" and {more} more" if more > 0 else ""
        self.stdout.write(
            f"{len(names)} names of amenities {what} ({names.total()} times): {shown}{rest}"
        )


def _order(options: dict[str, Any]) -> ImportOrder:
    login, country, region = options["manager"], options["country"] or "", options["region"] or ""
    manager = User.objects.filter(username=login).first()
    if manager is None:
        raise CommandError(f"There is no account {login!r}.")
    if not manager.is_active or manager.is_suspended or manager.access_level < AccessLevel.MANAGER:
        raise CommandError(f"{login!r} is no manager, or not active.")
    if region and country and not region.startswith(f"{country}-"):
        raise CommandError(f"{region} is not in {country}.")
    defaults = Defaults(
        country=country or region.partition("-")[0],
        region=region,
        town=options["town"],
        currency=options["currency"] or "",
        time_zone=options["time_zone"] or "",
    )
    return ImportOrder(
        manager=manager,
        source=options["source"],
        defaults=defaults,
        language=options["language"],
    )


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ArgumentTypeError("a number from 1 is needed")
    return int(text)


def _country(text: str) -> str:
    code = places.country_code(text)
    if not code:
        raise ArgumentTypeError(f"{text} is no ISO 3166-1 country")
    return code


def _region(text: str) -> str:
    if places.region(text.upper()) is None:
        raise ArgumentTypeError(f"{text} is no ISO 3166-2 region")
    return text.upper()


def _currency(text: str) -> str:
    if not is_currency(text.upper()):
        raise ArgumentTypeError(f"{text} is no ISO 4217 currency")
    return text.upper()


def _zone(text: str) -> str:
    if not is_time_zone(text):
        raise ArgumentTypeError(f"{text} is no IANA time zone")
    return text


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", text):
        raise ArgumentTypeError(f"{text} is no language such as en-GB")
    return text


def _source(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9._-]{1,40}", text):
        raise ArgumentTypeError("up to 40 of a-z, 0-9, dot, dash and underscore")
    return text
