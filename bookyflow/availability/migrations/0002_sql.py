from django.db import migrations


class Migration(migrations.Migration):
    """The room of an occupancy belongs to the property of the occupancy."""

    dependencies = [
        ("availability", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE availability_occupancy
                ADD CONSTRAINT occupancy_room_of_its_property
                FOREIGN KEY (room_id, property_id) REFERENCES rooms_room (id, property_id)
            """,
            """
ALTER TABLE availability_occupancy DROP CONSTRAINT occupancy_room_of_its_property
            """,
        ),
    ]
