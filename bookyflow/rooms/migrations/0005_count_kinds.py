from django.db import migrations

from bookyflow.properties.counting import of_each_property

FORGET = "DELETE FROM rooms_roomkind WHERE property_id = ANY (%s)"
COUNT = """
INSERT INTO rooms_roomkind (property_id, room_type_id, max_adults, max_children, max_occupancy,
                            surcharge, single_supplement, rooms)
SELECT property_id, room_type_id, max_adults, max_children, max_occupancy,
       surcharge, single_supplement, count(*)
  FROM rooms_room
 WHERE property_id = ANY (%s) AND deleted_at IS NULL
 GROUP BY 1, 2, 3, 4, 5, 6, 7
"""


# What is written meanwhile counts itself.
count = of_each_property(FORGET, COUNT)


class Migration(migrations.Migration):
    """Count the rooms that were there before anybody counted."""

    atomic = False

    dependencies = [
        ("rooms", "0004_kinds"),
    ]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
