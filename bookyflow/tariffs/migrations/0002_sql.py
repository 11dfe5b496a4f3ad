from django.db import migrations


class Migration(migrations.Migration):
    """The tariff type of a rate belongs to the property of the rate."""

    dependencies = [
        ("tariffs", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE tariffs_dailyrate
                ADD CONSTRAINT daily_rate_of_its_property
                FOREIGN KEY (tariff_type_id, property_id)
                REFERENCES tariffs_tarifftype (id, property_id) ON DELETE CASCADE
            """,
            "ALTER TABLE tariffs_dailyrate DROP CONSTRAINT daily_rate_of_its_property",
        ),
    ]
