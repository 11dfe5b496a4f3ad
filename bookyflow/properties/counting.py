"""What migrations need that have the database count rows by itself.

Migrations that have run are not run again: what is here goes on meaning the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import migrations, transaction

AT_ONCE = 100  # properties whose writers wait meanwhile
# As whoever writes to a property locks it first.
LOCK = "SELECT FROM properties_property WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE"


def trigger(table: str, name: str, *, when: str, each: str, statements: str) -> list[Any]:
    """A function of these statements, and the trigger on a table that has it run.

    `when` is such as AFTER INSERT; `each` is what stands between the table and EXECUTE.
    """
    body = f"BEGIN {statements} RETURN NULL; END"
    return [
        migrations.RunSQL(
            f"CREATE FUNCTION bookyflow_{name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$",
            f"DROP FUNCTION bookyflow_{name}()",
        ),
        migrations.RunSQL(
            f"CREATE TRIGGER {name} {when} ON {table} {each} EXECUTE FUNCTION bookyflow_{name}()",
            f"DROP TRIGGER {name} ON {table}",
        ),
    ]


def of_each_property(*statements: str) -> Callable[[Any, Any], None]:
    """What a migration runs once triggers are there: statements, for some properties at a time.

    Each has the ids of the properties as its one parameter, and finds them locked. The migration
    is none in one transaction (`atomic = False`).
    """

    def run(apps: Any, schema_editor: Any) -> None:
        server = schema_editor.connection
        properties = apps.get_model("properties", "Property").objects.using(server.alias)
        ids: Sequence[int] = list(properties.order_by("pk").values_list("pk", flat=True))
        for first in range(0, len(ids), AT_ONCE):
            some = ids[first : first + AT_ONCE]
            with transaction.atomic(using=server.alias), server.cursor() as cursor:
                for statement in (LOCK, *statements):
                    cursor.execute(statement, [some])

    return run
