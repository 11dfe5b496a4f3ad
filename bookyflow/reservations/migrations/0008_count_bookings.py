from django.db import migrations, transaction

AT_ONCE = 100  # properties whose bookings wait meanwhile
# As whoever writes to a property locks it first.
LOCK = "SELECT FROM properties_property WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE"
FORGET = "DELETE FROM reservations_bookingcount WHERE property_id = ANY (%s)"
COUNT = """
INSERT INTO reservations_bookingcount (property_id, kind, bookings)
SELECT property_id, kind, count(*) FROM reservations_booking
 WHERE property_id = ANY (%s)
 GROUP BY property_id, kind
"""


def count(apps, schema_editor):
    """Count what is there, some properties at a time; what is written meanwhile counts itself."""
    using = schema_editor.connection.alias
    ids = list(
        apps.get_model("properties", "Property")
        .objects.using(using)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for first in range(0, len(ids), AT_ONCE):
        some = ids[first : first + AT_ONCE]
        with transaction.atomic(using=using), schema_editor.connection.cursor() as cursor:
            for statement in (LOCK, FORGET, COUNT):
                cursor.execute(statement, [some])


class Migration(migrations.Migration):
    """Count the bookings that were there before anybody counted."""

    atomic = False

    dependencies = [
        ("reservations", "0007_booking_counts"),
    ]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
