from django.db import migrations, models


class Migration(migrations.Migration):
    """An invoice keeps the days of the stay, which a changed booking does not keep.

    `request` names the departure where the day of departure is let as well.
    """

    dependencies = [
        ("invoices", "0003_new_encryption_keys"),
    ]

    operations = [
        migrations.AddField("invoice", "arrival", models.DateField(null=True)),
        migrations.AddField("invoice", "departure", models.DateField(null=True)),
        migrations.RunSQL(
            """
            ALTER TABLE invoices_invoice DISABLE TRIGGER USER;
            UPDATE invoices_invoice AS invoice
               SET arrival = booking.arrival,
                   departure = LEAST((booking.request->>'departure')::date, booking.departure)
              FROM reservations_booking AS booking
             WHERE booking.id = invoice.booking_id;
            ALTER TABLE invoices_invoice ENABLE TRIGGER USER;
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AlterField("invoice", "arrival", models.DateField()),
        migrations.AlterField("invoice", "departure", models.DateField()),
    ]
