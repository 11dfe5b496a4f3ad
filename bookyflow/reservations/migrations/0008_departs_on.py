import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('reservations', '0007_actor_kind'),
    ]

    operations = [
        migrations.AddField(
            model_name='booking',
            name='departs_on',
            field=models.DateField(default=datetime.date(1970, 1, 1)),
            preserve_default=False,
        ),
        migrations.RunSQL(
            """
            UPDATE reservations_booking
            SET departs_on = LEAST((request->>'departure')::date, departure)
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('departs_on__gt', models.F('arrival')), ('departs_on__lte', models.F('departure'))), name='booking_departs_in_its_nights'),
        ),
    ]
