import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# What Django made of the foreign key: three other indexes begin with it.
PROPERTY = "reservations_booking_property_id_2b8a59a4"


class Migration(migrations.Migration):
    """Count the bookings of a property in an index alone, instead of one of all that it has."""

    atomic = False

    dependencies = [("reservations", "0005_booking_is_kept")]

    operations = [
        AddIndexConcurrently(
            model_name="booking",
            index=models.Index(
                condition=models.Q(("kind", "booking")),
                fields=["property"],
                name="booking_by_property",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS {PROPERTY}",
                    f"CREATE INDEX CONCURRENTLY {PROPERTY} ON reservations_booking (property_id)",
                )
            ],
            [
                migrations.AlterField(
                    model_name="booking",
                    name="property",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="properties.property",
                    ),
                ),
            ],
        ),
    ]
