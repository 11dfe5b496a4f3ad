from django.db import migrations


class Migration(migrations.Migration):
    """What bookings have as paid came in through channels: it becomes an entry of each."""

    dependencies = [
        ("payments", "0003_entries_stay"),
    ]

    operations = [
        migrations.RunSQL(
            """
            INSERT INTO payments_payment
                (property_id, booking_id, amount, currency, kind, method, reference, at)
            SELECT property_id, id, paid, currency, 'payment', 'channel', '', created_at
              FROM reservations_booking
             WHERE paid > 0
             ORDER BY id
            """,
            migrations.RunSQL.noop,
        ),
    ]
