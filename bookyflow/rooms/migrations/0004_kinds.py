from django.db import migrations, models

from bookyflow.properties.counting import trigger

KIND = (
    "property_id, room_type_id, max_adults, max_children, max_occupancy, surcharge,"
    " single_supplement"
)

# In one order, so that two that meet wait for each other.
MORE = """
                INSERT INTO rooms_roomkind AS kept ({kind}, rooms)
                SELECT {kind}, sum(change) FROM ({rooms}) AS room
                 WHERE deleted_at IS NULL
                 GROUP BY {kind} HAVING sum(change) > 0
                 ORDER BY {kind}
                    ON CONFLICT ({kind}) DO UPDATE SET rooms = kept.rooms + EXCLUDED.rooms;
"""
FEWER = """
                UPDATE rooms_roomkind AS kept
                   SET rooms = kept.rooms + fewer.change
                  FROM (SELECT {kind}, sum(change) AS change FROM ({rooms}) AS room
                         WHERE deleted_at IS NULL
                         GROUP BY {kind} HAVING sum(change) < 0) AS fewer
                 WHERE ({kept}) = ({fewer});
                DELETE FROM rooms_roomkind
                 WHERE rooms = 0 AND property_id IN (SELECT property_id FROM gone);
"""

ADDED = "SELECT 1 AS change, * FROM added"
GONE = "SELECT -1 AS change, * FROM gone"
CHANGED = f"{ADDED} UNION ALL {GONE}"


def counted(statement: str, rooms: str) -> str:
    """A statement that counts rooms by their kinds."""
    columns = KIND.split(", ")
    kept, fewer = (", ".join(f"{table}.{one}" for one in columns) for table in ("kept", "fewer"))
    return statement.format(kind=KIND, kept=kept, fewer=fewer, rooms=rooms)


class Migration(migrations.Migration):
    """Keep how many rooms are alike, so that nobody has to read each of them."""

    dependencies = [
        ("rooms", "0003_by_kind"),
    ]

    operations = [
        migrations.CreateModel(
            name="RoomKind",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "property_id",
                        "room_type_id",
                        "max_adults",
                        "max_children",
                        "max_occupancy",
                        "surcharge",
                        "single_supplement",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("property_id", models.BigIntegerField()),
                ("room_type_id", models.BigIntegerField()),
                ("max_adults", models.PositiveSmallIntegerField()),
                ("max_children", models.PositiveSmallIntegerField()),
                ("max_occupancy", models.PositiveSmallIntegerField()),
                ("surcharge", models.DecimalField(decimal_places=3, max_digits=12)),
                ("single_supplement", models.DecimalField(decimal_places=3, max_digits=12)),
                ("rooms", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("rooms__gte", 0)), name="room_kind_not_negative"
                    )
                ],
            },
        ),
        *trigger(
            "rooms_room",
            "rooms_added",
            when="AFTER INSERT",
            each="REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
            statements=counted(MORE, ADDED),
        ),
        *trigger(
            "rooms_room",
            "rooms_gone",
            when="AFTER DELETE",
            each="REFERENCING OLD TABLE AS gone FOR EACH STATEMENT",
            statements=counted(FEWER, GONE),
        ),
        *trigger(
            "rooms_room",
            "rooms_changed",
            when="AFTER UPDATE",
            each="REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT",
            statements=counted(FEWER, CHANGED) + counted(MORE, CHANGED),
        ),
    ]
