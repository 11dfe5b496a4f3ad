from django.db import migrations


class Migration(migrations.Migration):
    """What bookings keep of their guests: texts go with the guest, so that nothing marks them."""

    dependencies = [
        ("reservations", "0010_room_nights"),
    ]

    operations = [
        migrations.RemoveField("booking", "texts_cleared"),
    ]
