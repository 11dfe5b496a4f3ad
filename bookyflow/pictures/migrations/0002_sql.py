from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('pictures', '0001_initial'),
    ]

    operations = [
        # A picture of a room shows one of the property's own.
        migrations.RunSQL(
            """
            ALTER TABLE pictures_image
                ADD CONSTRAINT image_room_of_its_property
                FOREIGN KEY (room_id, property_id)
                REFERENCES rooms_room (id, property_id)
            """,
            "ALTER TABLE pictures_image DROP CONSTRAINT image_room_of_its_property",
        ),
    ]
