from django.db import migrations, models

from bookyflow.properties.counting import trigger

# Nights of stays that do not end by themselves, by what they are counted by. Those that are alike
# come together first, since a large house has hundreds of them.
NIGHTS = """
                SELECT alike.property_id, night::date AS date, alike.room_type_id,
                       alike.sold_as_id, alike.kind, sum(alike.taken)::int AS taken
                  FROM (SELECT stay.property_id, {room_type_id} AS room_type_id,
                               stay.room_type_id AS sold_as_id, stay.kind, stay.nights,
                               sum(stay.change) AS taken
                          FROM ({stays}) AS stay{rooms}
                         WHERE stay.expires_at IS NULL
                         GROUP BY 1, 2, 3, 4, 5
                        HAVING sum(stay.change) <> 0) AS alike
                 CROSS JOIN generate_series(lower(alike.nights), upper(alike.nights) - 1,
                                            interval '1 day') AS night
                 GROUP BY 1, 2, 3, 4, 5
"""
OF_ITS_ROOM = {
    "room_type_id": "room.room_type_id",
    "rooms": " JOIN rooms_room AS room ON room.id = stay.room_id",
}

FEWER = """
                UPDATE availability_nightcount AS kept
                   SET taken = kept.taken + change.taken
                  FROM ({nights}) AS change
                 WHERE change.taken < 0 AND kept.property_id = change.property_id
                   AND kept.date = change.date AND kept.room_type_id = change.room_type_id
                   AND kept.sold_as_id = change.sold_as_id AND kept.kind = change.kind;
"""
# In one order, so that two that meet wait for each other.
MORE = """
                INSERT INTO availability_nightcount AS kept
                       (property_id, date, room_type_id, sold_as_id, kind, taken)
                SELECT * FROM ({nights}) AS change WHERE change.taken > 0
                 ORDER BY property_id, date, room_type_id, sold_as_id, kind
                    ON CONFLICT (property_id, date, room_type_id, sold_as_id, kind)
                    DO UPDATE SET taken = kept.taken + EXCLUDED.taken;
"""

ADDED = NIGHTS.format(stays="SELECT 1 AS change, * FROM added", **OF_ITS_ROOM)
GONE = NIGHTS.format(stays="SELECT -1 AS change, * FROM gone", **OF_ITS_ROOM)
CHANGED = NIGHTS.format(
    stays="SELECT -1 AS change, * FROM gone UNION ALL SELECT 1, * FROM added", **OF_ITS_ROOM
)
OF_THE_ROOM = "SELECT {change} AS change, * FROM availability_occupancy WHERE room_id = NEW.id"
AS_IT_WAS = NIGHTS.format(
    stays=OF_THE_ROOM.format(change=-1), room_type_id="OLD.room_type_id", rooms=""
)
AS_IT_IS = NIGHTS.format(
    stays=OF_THE_ROOM.format(change=1), room_type_id="NEW.room_type_id", rooms=""
)


class Migration(migrations.Migration):
    """Keep how many rooms are taken on each night, so that nobody has to count stays."""

    dependencies = [
        ("availability", "0004_occupancy_by_arrival"),
        ("rooms", "0002_seed"),
    ]

    operations = [
        migrations.CreateModel(
            name="NightCount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "property_id",
                        "date",
                        "room_type_id",
                        "sold_as_id",
                        "kind",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("property_id", models.BigIntegerField()),
                ("date", models.DateField()),
                ("room_type_id", models.BigIntegerField()),
                ("sold_as_id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("booking", "Booking"), ("block", "Block"), ("hold", "Hold")],
                        max_length=10,
                    ),
                ),
                ("taken", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("taken__gte", 0)), name="night_count_not_negative"
                    )
                ],
            },
        ),
        *trigger(
            "availability_occupancy",
            "nights_added",
            when="AFTER INSERT",
            each="REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
            statements=MORE.format(nights=ADDED),
        ),
        *trigger(
            "availability_occupancy",
            "nights_gone",
            when="AFTER DELETE",
            each="REFERENCING OLD TABLE AS gone FOR EACH STATEMENT",
            statements=FEWER.format(nights=GONE),
        ),
        *trigger(
            "availability_occupancy",
            "nights_changed",
            when="AFTER UPDATE",
            each="REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT",
            statements=FEWER.format(nights=CHANGED) + MORE.format(nights=CHANGED),
        ),
        *trigger(
            "rooms_room",
            "nights_of_another_type",
            when="AFTER UPDATE OF room_type_id",
            each="FOR EACH ROW WHEN (OLD.room_type_id <> NEW.room_type_id)",
            statements=FEWER.format(nights=AS_IT_WAS) + MORE.format(nights=AS_IT_IS),
        ),
    ]
