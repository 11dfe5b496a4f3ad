from django.db import migrations, models


class Migration(migrations.Migration):
    """Bookings that staff keep without a deposit, which no job ends."""

    dependencies = [("reservations", "0003_booking_indexes")]

    operations = [
        migrations.AddField(
            "booking",
            "is_kept",
            models.BooleanField(
                db_default=False, default=False, help_text="Kept by staff without its deposit."
            ),
        ),
    ]
