from django.db import migrations


class Migration(migrations.Migration):
    """A counter-entry has the opposite amount of the entry it names, for the same booking."""

    dependencies = [
        ("payments", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE payments_payment
                ADD CONSTRAINT payment_reversal_mirrors
                FOREIGN KEY (reverses_id, booking_id, opposite)
                REFERENCES payments_payment (id, booking_id, amount)
            """,
            "ALTER TABLE payments_payment DROP CONSTRAINT payment_reversal_mirrors",
        ),
    ]
