from django.db import migrations, transaction

AT_ONCE = 100  # properties whose bookings wait meanwhile
# As whoever writes to a property locks it first.
LOCK = "SELECT FROM properties_property WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE"
FORGET = "DELETE FROM availability_nightcount WHERE property_id = ANY (%s)"
COUNT = """
INSERT INTO availability_nightcount (property_id, date, room_type_id, sold_as_id, kind, rooms)
SELECT stay.property_id, night::date, room.room_type_id, stay.room_type_id, stay.kind, count(*)
  FROM availability_occupancy AS stay
  JOIN rooms_room AS room ON room.id = stay.room_id
 CROSS JOIN generate_series(lower(stay.nights), upper(stay.nights) - 1, interval '1 day') AS night
 WHERE stay.property_id = ANY (%s) AND stay.expires_at IS NULL
 GROUP BY 1, 2, 3, 4, 5
"""


def count(apps, schema_editor):
    """Count what is there, some properties at a time; what is written meanwhile counts itself."""
    using = schema_editor.connection.alias
    ids = list(
        apps.get_model("properties", "Property")
        .objects.using(using)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for first in range(0, len(ids), AT_ONCE):
        some = ids[first : first + AT_ONCE]
        with transaction.atomic(using=using), schema_editor.connection.cursor() as cursor:
            for statement in (LOCK, FORGET, COUNT):
                cursor.execute(statement, [some])


class Migration(migrations.Migration):
    """Count the nights that were taken before anybody counted."""

    atomic = False

    dependencies = [
        ("availability", "0005_night_counts"),
    ]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
