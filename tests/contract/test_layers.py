"""What one app knows of another without importing it: upward, only as listed here.

`lint-imports` reads imports, those for types alone as well. The same dependency can hide in a text:
a table named in SQL, a model or a job named for somebody who looks it up, a lookup that goes from a
model back to those that point at it.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).parents[2]
ANYBODY, UNREADABLE = "anybody", "get_model of what is no text"

# Why an app may name what is above it, by (file, what it names). The list may only shrink: an entry
# that nothing needs fails.
TAKEN = "Rooms that are taken belong to a booking or a hold, and the row says to which."
EXEMPT = {
    ("bookyflow/availability/models.py", "reservations.Booking"): TAKEN,
    ("bookyflow/availability/models.py", "reservations.Hold"): TAKEN,
    ("bookyflow/availability/sql.py", "reservations_booking"): TAKEN,
}


def order() -> dict[str, int]:
    """The apps by their height, as `lint-imports` enforces it."""
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (contract,) = (
        one
        for one in configured["tool"]["importlinter"]["contracts"]
        if one.get("containers") == ["bookyflow"]
    )
    return {app: height for height, app in enumerate(reversed(contract["layers"]))}


def tables() -> dict[str, str]:
    """Who has which table, of the project's own."""
    return {
        model._meta.db_table: owner
        for model in apps.get_models(include_auto_created=True)
        if (owner := owner_of(model.__module__))
    }


def ways_back() -> dict[str, set[str]]:
    """By which names lookups go from a model to those that point at it, and whose these are.

    A name that is also some model's own field says nothing.
    """
    found: dict[str, set[str]] = {}
    for model in apps.get_models():
        for field in model._meta.related_objects:
            found.setdefault(field.name, set()).add(owner_of(field.related_model.__module__))
    own = {field.name for model in apps.get_models() for field in model._meta.fields}
    return {name: owners for name, owners in found.items() if name not in own}


def owner_of(module: str) -> str:
    """`rooms` of bookyflow.rooms.models, `features.cmf` of features.cmf.views."""
    match module.split("."):
        case ["bookyflow", app, *_]:
            return app
        case ["features", name, *_]:
            return f"features.{name}"
    return ""


def texts(tree: ast.AST) -> Iterator[str]:
    """The texts in a program, without its documentation."""
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in documentation:
                yield text


class Reader:
    """Finds in the text of a program what it names of apps."""

    def __init__(self) -> None:
        self.tables, self.ways_back = tables(), ways_back()
        self.labels = {app.label: owner_of(app.name) for app in apps.get_app_configs()}
        names = sorted(self.tables, key=len, reverse=True)
        self.table = re.compile(rf"\b({'|'.join(names)})\b")

    def named(self, program: str) -> Iterator[tuple[str, str]]:
        """Pairs (app, the text that names it)."""
        tree = ast.parse(program)
        for text in texts(tree):
            yield from self.in_text(text)
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(attr="get_model"), args=arguments):
                    yield self.model(arguments)
                case ast.keyword(arg=str(lookup)) if "__" in lookup:
                    for owner in self.ways_back.get(lookup.partition("__")[0], ()):
                        yield owner, lookup

    def in_text(self, text: str) -> Iterator[tuple[str, str]]:
        for table in self.table.findall(text):
            yield self.tables[table], table
        if re.fullmatch(r"[a-z]\w*\.[A-Z]\w*", text):  # rooms.Room
            yield self.labels.get(text.partition(".")[0], ""), text
        for module in re.findall(r"\b(?:bookyflow|features)(?:\.\w+)+", text):
            yield owner_of(module), module

    def model(self, arguments: list[ast.expr]) -> tuple[str, str]:
        match arguments:
            case [ast.Constant(value=str(label)), ast.Constant(value=name)]:
                return self.labels[label], f"{label}.{name}"
            case [ast.Constant(value=str(label))]:
                return self.labels[label.partition(".")[0]], label
        return ANYBODY, UNREADABLE


def is_upward(heights: dict[str, int], here: str, there: str) -> bool:
    """Whether an app that stands here may not know one that stands there."""
    if there == ANYBODY:
        return True
    if is_feature(there):
        return here != there  # features do not know each other either
    return there in heights and not is_feature(here) and heights[there] > heights[here]


def is_feature(app: str) -> bool:
    return app.startswith("features.")


def found() -> set[tuple[str, str]]:
    """What apps name of those above them: (file, what)."""
    heights, reader = order(), Reader()
    arrows = set()
    for path in [*(ROOT / "bookyflow").rglob("*.py"), *(ROOT / "features").rglob("*.py")]:
        name = path.relative_to(ROOT).as_posix()
        here = owner_of(name.removesuffix(".py").replace("/", "."))
        if here not in heights and not is_feature(here):
            continue  # settings and the like know everybody
        for there, what in reader.named(path.read_text()):
            if what == UNREADABLE and path.parent.name == "migrations":
                continue  # it gets what it depends on, and no more
            if is_upward(heights, here, there):
                arrows.add((name, what))
    return arrows


def test_no_app_names_one_above_it_in_a_text():
    assert sorted(found() - EXEMPT.keys()) == []


def test_each_exemption_is_needed():
    assert sorted(EXEMPT.keys() - found()) == []


@pytest.mark.parametrize(
    ("program", "owner", "what"),
    [
        ("STATEMENT = 'DELETE FROM rooms_room WHERE id = 1'", "rooms", "rooms_room"),
        ("statement = f'SELECT {x} FROM rooms_room AS room'", "rooms", "rooms_room"),
        ("room = ForeignKey('rooms.Room', CASCADE)", "rooms", "rooms.Room"),
        ("apps.get_model('rooms', 'Room')", "rooms", "rooms.Room"),
        ("apps.get_model('rooms.Room')", "rooms", "rooms.Room"),
        ("Guest.objects.filter(bookings__state='new')", "reservations", "bookings__state"),
        ("apps.get_model(name)", ANYBODY, UNREADABLE),
        ("JOB = 'bookyflow.api.tasks.tokens_clear'", "api", "bookyflow.api.tasks.tokens_clear"),
        ("import_module('features.cmf.urls')", "features.cmf", "features.cmf.urls"),
    ],
)
def test_finds_what_a_program_names(program, owner, what):
    assert (owner, what) in set(Reader().named(program))


def test_documentation_names_nothing():
    assert list(Reader().named('"""See rooms.Room, of bookyflow.rooms."""')) == []
