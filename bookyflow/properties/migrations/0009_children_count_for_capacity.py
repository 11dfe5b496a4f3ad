from django.db import migrations, models


class Migration(migrations.Migration):
    """Children count in new properties; those that there are keep what they have."""

    dependencies = [("properties", "0008_booking_form_sites_valid")]

    operations = [
        migrations.AlterField(
            "propertysettings",
            "children_count_for_capacity",
            models.BooleanField(
                default=True, help_text="Children need places in the rooms as well."
            ),
        ),
    ]
