from django.db import migrations, models

from bookyflow.properties.counting import trigger

MORE = """
                INSERT INTO reservations_bookingcount AS kept (property_id, kind, total)
                SELECT property_id, kind, count(*) FROM added GROUP BY property_id, kind
                 ORDER BY property_id, kind
                    ON CONFLICT (property_id, kind)
                    DO UPDATE SET total = kept.total + EXCLUDED.total;
"""
FEWER = """
                UPDATE reservations_bookingcount AS kept
                   SET total = kept.total - gone.total
                  FROM (SELECT property_id, kind, count(*) AS total
                          FROM gone GROUP BY property_id, kind) AS gone
                 WHERE kept.property_id = gone.property_id AND kept.kind = gone.kind;
"""
# A booking stays what it is, where it is: this is for who corrects one by hand.
ANOTHER = """
                UPDATE reservations_bookingcount SET total = total - 1
                 WHERE property_id = OLD.property_id AND kind = OLD.kind;
                INSERT INTO reservations_bookingcount AS kept (property_id, kind, total)
                VALUES (NEW.property_id, NEW.kind, 1)
                    ON CONFLICT (property_id, kind) DO UPDATE SET total = kept.total + 1;
"""


class Migration(migrations.Migration):
    """Keep how many bookings a property has, so that lists need not count them."""

    dependencies = [
        ("reservations", "0006_booking_by_property"),
    ]

    operations = [
        migrations.CreateModel(
            name="BookingCount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "property_id",
                        "kind",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("property_id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("booking", "Booking"), ("block", "Block")], max_length=10
                    ),
                ),
                ("total", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("total__gte", 0)), name="booking_count_not_negative"
                    )
                ],
            },
        ),
        *trigger(
            "reservations_booking",
            "bookings_added",
            when="AFTER INSERT",
            each="REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
            statements=MORE,
        ),
        *trigger(
            "reservations_booking",
            "bookings_gone",
            when="AFTER DELETE",
            each="REFERENCING OLD TABLE AS gone FOR EACH STATEMENT",
            statements=FEWER,
        ),
        *trigger(
            "reservations_booking",
            "booking_of_another_kind",
            when="AFTER UPDATE OF property_id, kind",
            each="FOR EACH ROW WHEN ((OLD.property_id, OLD.kind) <> (NEW.property_id, NEW.kind))",
            statements=ANOTHER,
        ),
    ]
