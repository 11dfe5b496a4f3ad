from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import run_checks
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bookyflow.core.errors import DomainError
from bookyflow.plugins import registry
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
        actions = ("list", "new", "install", "enable", "disable", "uninstall")
        parser.add_argument("action", choices=actions)
        parser.add_argument("names", nargs="*", metavar="NAME")
        parser.add_argument("--all", action="store_true", help="every feature instead of names")
        parser.add_argument(
            "--yes", action="store_true", help="uninstall although something breaks"
        )
        parser.add_argument(
            "--directory", type=Path, default=Path(), help="where `new` puts the package"
        )

    def handle(self, *, action: str, names: list[str], **options: Any) -> None:
        """Do it feature by feature; the first refusal ends the command as CommandError."""
        if action == "new":
            self._new(names, options["directory"])
        elif action == "list":
            if names or options["all"]:
                raise CommandError("list takes no names.")
            self._list()
        elif bool(names) == options["all"]:
            raise CommandError("Name the features, or say --all.")
        else:
            self._change(action, in_order(names or every_name(action), action), options["yes"])

    def _change(self, action: str, names: list[str], yes: bool) -> None:  # noqa: FBT001  # private
        acts: dict[str, Callable[[str], None]] = {
            "install": registry.install,
            "enable": partial(registry.set_enabled, on=True),
            "disable": partial(registry.set_enabled, on=False),
            "uninstall": registry.uninstall,
        }
        if action == "install":
            refuse_faulty(names)
        if action == "uninstall" and not yes:
            refuse_what_breaks(names)
        for name in names:
            try:
                acts[action](name)
            except DomainError as error:
                raise CommandError(error.detail) from error
            self.stdout.write(f"{name}: {action} done")
        if action == "install":
            self._respawn()

    def _new(self, names: list[str], directory: Path) -> None:
        for name in names:
            if name in registry.features():
                raise CommandError(f"There is a feature {name} already.")
            try:
                folder = write_feature(name, directory)
            except (ValueError, OSError) as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{name}: written to {folder}; its README.md says how to go on")

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
    """Name, version, state and section: features, then rows without code, then broken packages."""
    states = {state.name: state for state in FeatureState.objects.all()}
    features = registry.features()
    for name, feature in features.items():
        state = states.get(name)
        word = "not installed" if state is None else "on" if state.enabled else "off"
        yield name, feature.version, word, feature.section
    faults = {fault.name or fault.module: fault.reason for fault in registry.broken()}
    for name in sorted(states.keys() - features.keys() - faults.keys()):
        yield name, states[name].version, "its code is missing", "-"
    for name, reason in faults.items():
        yield name, "-", f"broken: {reason}", "-"


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
