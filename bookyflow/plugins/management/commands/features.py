from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import run_checks
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bookyflow.core.errors import DomainError
from bookyflow.plugins import catalogue, registry
from bookyflow.plugins.catalogue import Card
from bookyflow.plugins.models import FeatureState
from bookyflow.plugins.processes import respawn
from bookyflow.plugins.scaffold import write_feature

Row = tuple[str, str, str, str]


class Command(BaseCommand):
    """List the features of the API, install them, switch them on and off, uninstall them."""

    help = "List, install, enable, disable or uninstall features of the API."
    requires_system_checks = []  # `list` is how one finds out what is wrong

    def add_arguments(self, parser: CommandParser) -> None:
        """`features ACTION [NAME …] [--all] [--yes] [--directory DIR]`."""
        actions = ("list", "show", "new", "install", "enable", "disable", "uninstall")
        parser.add_argument("action", choices=actions)
        parser.add_argument("names", nargs="*", metavar="NAME")
        parser.add_argument("--all", action="store_true", help="every feature instead of names")
        parser.add_argument(
            "--yes", action="store_true", help="uninstall although something breaks"
        )
        parser.add_argument(
            "--drop", action="store_true", help="uninstall: drop the feature's tables, too"
        )
        parser.add_argument(
            "--directory", type=Path, default=Path(), help="where `new` puts the package"
        )

    def handle(self, *, action: str, names: list[str], **options: Any) -> None:
        """Do it feature by feature; the first refusal ends the command as CommandError."""
        if action == "new":
            self._new(names, options["directory"])
        elif action == "show":
            self._show(names)
        elif action == "list":
            if names or options["all"]:
                raise CommandError("list takes no names.")
            self._list()
        elif bool(names) == options["all"]:
            raise CommandError("Name the features, or say --all.")
        else:
            self._change(action, in_order(names or every_name(action), action), options)

    def _change(self, action: str, names: list[str], options: dict[str, Any]) -> None:
        acts: dict[str, Callable[[str], None]] = {
            "install": registry.install,
            "enable": partial(registry.set_enabled, on=True),
            "disable": partial(registry.set_enabled, on=False),
            "uninstall": partial(registry.uninstall, drop=options["drop"]),
        }
        if action == "install":
            self.stdout.write("Looking for faults ...")
            refuse_faulty(names)
        if action == "disable":
            self._tell_what_stops(names)
        if action == "uninstall" and not options["yes"]:
            refuse_what_breaks(names)
        for name in names:
            try:
                acts[action](name)
            except DomainError as error:
                raise CommandError(error.detail) from error
            self.stdout.write(f"{name}: {action} done")
        if action == "install":
            self._respawn()

    def _tell_what_stops(self, names: list[str]) -> None:
        for name in names:
            for line in registry.stopping(name):
                self.stdout.write(line)

    def _new(self, names: list[str], directory: Path) -> None:
        for name in names:
            if name in registry.features():
                raise CommandError(f"There is a feature {name} already.")
            try:
                folder = write_feature(name, directory)
            except (ValueError, OSError) as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{name}: written to {folder}; its README.md says how to go on")

    def _show(self, names: list[str]) -> None:
        for name in names:
            try:
                lines = facts(catalogue.card(name))
            except DomainError as error:
                raise CommandError(error.detail) from error
            self.stdout.write("\n".join(lines))

    def _respawn(self) -> None:
        asked = respawn(settings.RUN_DIR)
        if asked:
            self.stdout.write(f"Asked to load the new code: {', '.join(asked)}")
        else:
            self.stdout.write("No running process is known; start them anew for new code.")

    def _list(self) -> None:
        table = [("NAME", "VERSION", "STATE", "SECTION"), *rows()]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for row in table:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


def rows() -> Iterator[Row]:
    """Name, version, state and section of all that the plug-in manager shows, in its words."""
    for one in sorted(catalogue.cards(), key=lambda one: (one.feature is None, one.name)):
        word = f"{one.word}: {one.fault}" if one.fault else one.word
        more = f", {one.update}" if one.update else ""
        ours = "" if one.is_ours or one.feature is None else " (package)"
        section = one.feature.section if one.feature else "-"
        yield one.name, one.version or "-", word + more, section + ours


def facts(card: Card) -> Iterator[str]:
    """What the page of a feature in the plug-in manager says about it, a line each."""
    yield f"{card.title} ({card.name}): {card.word}"
    if card.fault:
        yield f"fault: {card.fault}"
    if card.update:
        yield f"{card.update}; installed is {card.state.version if card.state else '-'}"
    if feature := card.feature:
        told = {
            "": feature.description,
            "version": feature.version,
            "author": feature.author,
            "manual": feature.manual,
            "needs BookyFlow": feature.min_version,
            "requires": ", ".join(feature.requires),
            "does not go with": ", ".join(feature.excludes),
            "scopes": ", ".join(scope.name for scope in feature.scopes),
            "settings": ", ".join(one.name for one in feature.settings),
            "events": ", ".join(one.name for one in feature.events),
        }
        yield from (f"{word}: {text}".removeprefix(": ") for word, text in told.items() if text)
        yield from (f"new in {version}: {text}" for version, text in feature.changes)
    yield from registry.stopping(card.name)


def every_name(action: str) -> list[str]:
    """What --all means: all that can be used when installing, else all that are installed."""
    usable = list(registry.features())
    if action == "install":
        return usable
    installed = FeatureState.objects.values_list("name", flat=True)
    return list(installed) if action == "uninstall" else [n for n in usable if n in installed]


def in_order(names: list[str], action: str) -> list[str]:
    """Requirements first, or last where features are switched off."""
    known = registry.features()
    ordered: list[str] = []

    def place(name: str) -> None:
        for required in known[name].requires if name in known else ():
            if required in names:
                place(required)
        if name not in ordered:
            ordered.append(name)

    for name in names:
        place(name)
    return ordered[::-1] if action in {"disable", "uninstall"} else ordered


def refuse_faulty(names: list[str]) -> None:
    """Raise CommandError with what the system checks have against any of these features."""
    faults = [f"{fault.obj}: {fault.msg}" for fault in run_checks() if fault.obj in names]
    if faults:
        raise CommandError("\n".join(faults))


def refuse_what_breaks(names: list[str]) -> None:
    """Raise CommandError with what would stop working or stay behind without these features."""
    breaks = [line for name in names for line in registry.breakage(name)]
    if breaks:
        raise CommandError("\n".join([*breaks, "Add --yes to uninstall all the same."]))
