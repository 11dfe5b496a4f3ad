import bookyflow.core.fields
from django.db import migrations


class Migration(migrations.Migration):
    """What bookings keep of their guests: who they were made for, as it was told then.

    Texts go with the guest, so that nothing marks bookings whose texts are gone.
    """

    dependencies = [
        ("reservations", "0010_room_nights"),
    ]

    operations = [
        migrations.RemoveField("booking", "texts_cleared"),
        migrations.AddField(
            "booking",
            "lead_guest",
            bookyflow.core.fields.EncryptedJSONField(blank=True, default=dict),
        ),
    ]
