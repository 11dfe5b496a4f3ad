from django.db import migrations

from bookyflow.properties.counting import of_each_property

FORGET = "DELETE FROM availability_nightcount WHERE property_id = ANY (%s)"
COUNT = """
INSERT INTO availability_nightcount (property_id, date, room_type_id, sold_as_id, kind, taken)
SELECT stay.property_id, night::date, room.room_type_id, stay.room_type_id, stay.kind, count(*)
  FROM availability_occupancy AS stay
  JOIN rooms_room AS room ON room.id = stay.room_id
 CROSS JOIN generate_series(lower(stay.nights), upper(stay.nights) - 1, interval '1 day') AS night
 WHERE stay.property_id = ANY (%s) AND stay.expires_at IS NULL
 GROUP BY 1, 2, 3, 4, 5
"""


# What is written meanwhile counts itself.
count = of_each_property(FORGET, COUNT)


class Migration(migrations.Migration):
    """Count the nights that were taken before anybody counted."""

    atomic = False

    dependencies = [
        ("availability", "0005_night_counts"),
    ]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
