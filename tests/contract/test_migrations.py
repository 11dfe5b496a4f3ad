"""Migrations that may be applied while the version before serves.

What each app starts with was made before the first release, and is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

from tests import template

START = {"0001_initial", "0002_sql", "0002_seed", "0003_seed"}
# What a migration removes, and the version whose code has ceased to use it. It is an earlier one.
REMOVALS: dict[tuple[str, str], str] = {}


def later_migrations():
    """Those of our own apps that came after the start."""
    own = {one.label for one in apps.get_app_configs() if one.name.startswith("bookyflow.")}
    found = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return [m for (app, name), m in found.items() if app in own and name not in START]


def faults(migration, removals=REMOVALS) -> Iterator[str]:
    """What of a migration would stop or break the version that serves meanwhile."""
    new = set()
    for operation in migration.operations:
        if isinstance(operation, migrations.CreateModel):
            new.add(operation.name_lower)
        elif getattr(operation, "model_name_lower", None) not in new:
            yield from _faults_of(operation, (migration.app_label, migration.name) in removals)
    concurrent = (AddIndexConcurrently, RemoveIndexConcurrently)
    if migration.atomic and any(isinstance(one, concurrent) for one in migration.operations):
        yield "an index is made concurrently only where `atomic = False`"


def _faults_of(operation, is_announced) -> Iterator[str]:
    match operation:
        case migrations.RenameField() | migrations.RenameModel() | migrations.AlterModelTable():
            yield "the old code asks for the old name; add the new one beside it"
        case migrations.RemoveField() | migrations.DeleteModel() if not is_announced:
            yield "say in REMOVALS since which version no code uses it"
        case migrations.AddField(field=field) if not _has_value(field):
            yield f"{operation.name}: what the old code writes lacks it; give it a db_default"
        case migrations.RunSQL(sql=text):
            yield from _faults_of_sql(text)
        case _:
            yield from _faults_of_locks(operation)


def _has_value(field) -> bool:
    is_elsewhere = isinstance(field, models.ManyToManyField) or field.generated
    return is_elsewhere or field.null or field.has_db_default()


def _faults_of_locks(operation) -> Iterator[str]:
    match operation:
        case AddIndexConcurrently() | RemoveIndexConcurrently():
            pass
        case AddConstraintNotValid() | ValidateConstraint():
            pass
        case migrations.AddIndex() | migrations.RemoveIndex():
            yield "an index that is not made concurrently stops all writing"
        case migrations.AddConstraint(constraint=models.CheckConstraint()):
            yield "a constraint is added NOT VALID and validated afterwards"
        case migrations.AddConstraint():
            yield "a unique index is made concurrently by SQL, and then becomes the constraint"


def _faults_of_sql(text) -> Iterator[str]:
    plain = " ".join(text.upper().split())
    if re.search(r"CREATE (UNIQUE )?INDEX (?!CONCURRENTLY)", plain):
        yield "an index that is not made concurrently stops all writing"
    if re.search(r"ADD CONSTRAINT \w+ (CHECK|FOREIGN KEY)(?!.* NOT VALID)", plain):
        yield "a constraint is added NOT VALID and validated afterwards"
    if re.search(r"\b(RENAME|DROP COLUMN|DROP TABLE)\b", plain):
        yield "the old code asks for it"
    if re.search(r"SET NOT NULL|ALTER COLUMN \w+ (SET DATA )?TYPE\b", plain):
        yield "all rows are read, or written anew, under lock"


def test_the_version_before_goes_on_serving():
    found = {str(migration): list(faults(migration)) for migration in later_migrations()}

    assert not any(found.values()), found


def made_of(*operations, atomic=True):
    return SimpleNamespace(operations=operations, atomic=atomic, app_label="rooms", name="0009_x")


NEEDED = models.IntegerField()
CHECK = models.CheckConstraint(condition=models.Q(number__gt=0), name="positive")
UNIQUE = models.UniqueConstraint(fields=("number",), name="once")
INDEX = models.Index(fields=("number",), name="by_number")


@pytest.mark.parametrize(
    "bad",
    [
        migrations.AddField("room", "floor", NEEDED),
        migrations.RenameField("room", "number", "name"),
        migrations.RenameModel("room", "unit"),
        migrations.RemoveField("room", "number"),
        migrations.DeleteModel("room"),
        migrations.AddIndex("room", INDEX),
        AddIndexConcurrently("room", INDEX),  # within a transaction
        migrations.AddConstraint("room", CHECK),
        migrations.AddConstraint("room", UNIQUE),
        migrations.RunSQL("CREATE INDEX by_number ON rooms_room (number)"),
        migrations.RunSQL("ALTER TABLE rooms_room ADD CONSTRAINT c CHECK (number > 0)"),
        migrations.RunSQL("ALTER TABLE rooms_room ALTER COLUMN number SET NOT NULL"),
        migrations.RunSQL("ALTER TABLE rooms_room ALTER number RENAME TO name"),
    ],
    ids=lambda one: one.describe()[:50],
)
def test_what_would_stop_or_break_it_is_found(bad):
    assert len(list(faults(made_of(bad)))) == 1


@pytest.mark.parametrize(
    "good",
    [
        made_of(migrations.AddField("room", "floor", models.IntegerField(null=True))),
        made_of(migrations.AddField("room", "floor", models.IntegerField(db_default=0))),
        made_of(AddIndexConcurrently("room", INDEX), atomic=False),
        made_of(AddConstraintNotValid("room", CHECK), ValidateConstraint("room", "positive")),
        made_of(
            migrations.CreateModel("Lift", [("number", NEEDED)]),
            migrations.AddField("lift", "floor", NEEDED),
            migrations.AddConstraint("lift", UNIQUE),
        ),
        made_of(migrations.RunSQL("CREATE INDEX CONCURRENTLY i ON rooms_room (number)")),
    ],
    ids=range(6),
)
def test_what_it_can_live_with_is_none(good):
    assert list(faults(good)) == []


def test_what_nothing_uses_any_more_may_go():
    bad = made_of(migrations.RemoveField("room", "number"))

    assert list(faults(bad, removals={("rooms", "0009_x"): "0.3.0"})) == []


def test_removals_are_of_migrations_that_are_there():
    assert REMOVALS.keys() <= {(one.app_label, one.name) for one in later_migrations()}


def test_the_template_of_test_databases_knows_what_migrations_import():
    imports = re.compile(rf"^\s*(?:import|from) ((?:{'|'.join(template.OURS)})\.\S+)", re.M)
    files = list(template.migrations())
    found = {name for file in files for name in imports.findall(file.read_text(encoding="utf-8"))}
    paths = {f"{name.replace('.', '/')}.py" for name in found}

    assert "bookyflow/core/fields.py" in paths
    assert paths <= set(template.BESIDE)
