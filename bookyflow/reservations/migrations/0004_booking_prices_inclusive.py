from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reservations", "0003_booking_indexes")]

    operations = [
        migrations.AddField(
            "booking",
            "prices_inclusive",
            models.BooleanField(null=True, blank=True, help_text="Prices entered for it contain tax."),
        ),
    ]
