from django.db import migrations

from bookyflow.properties.counting import of_each_property

FORGET = "DELETE FROM reservations_bookingcount WHERE property_id = ANY (%s)"
COUNT = """
INSERT INTO reservations_bookingcount (property_id, kind, total)
SELECT property_id, kind, count(*) FROM reservations_booking
 WHERE property_id = ANY (%s)
 GROUP BY property_id, kind
"""


# What is written meanwhile counts itself.
count = of_each_property(FORGET, COUNT)


class Migration(migrations.Migration):
    """Count the bookings that were there before anybody counted."""

    atomic = False

    dependencies = [
        ("reservations", "0007_booking_counts"),
    ]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
