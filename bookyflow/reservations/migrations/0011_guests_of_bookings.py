import bookyflow.core.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """What bookings keep of their guests: who they were made for, and since when they owe a deposit.

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
        migrations.AddField(
            "booking",
            "made_by_channel",
            models.BooleanField(
                default=False,
                help_text="The channel deals with the guest, and with the payment.",
            ),
        ),
        migrations.AddField(
            "booking",
            "payment_due_since",
            models.DateTimeField(
                blank=True,
                help_text="Since when the guest owes the property a deposit.",
                null=True,
            ),
        ),
    ]
