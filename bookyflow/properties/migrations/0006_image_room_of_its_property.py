from django.db import migrations


class Migration(migrations.Migration):
    """The room of a picture belongs to the property of the picture."""

    dependencies = [
        ("properties", "0005_images_and_weekend"),
    ]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE properties_image
                ADD CONSTRAINT image_room_of_its_property
                FOREIGN KEY (room_id, property_id)
                REFERENCES rooms_room (id, property_id)
            """,
            "ALTER TABLE properties_image DROP CONSTRAINT image_room_of_its_property",
        ),
    ]
