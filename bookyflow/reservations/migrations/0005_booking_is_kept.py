from django.db import migrations, models


class Migration(migrations.Migration):
    """Bookings that staff keep without a deposit, which no job ends."""

    dependencies = [("reservations", "0004_booking_prices_inclusive")]

    operations = [
        migrations.AddField(
            "booking",
            "is_kept",
            models.BooleanField(
                db_default=False, default=False, help_text="Kept by staff without its deposit."
            ),
        ),
    ]
