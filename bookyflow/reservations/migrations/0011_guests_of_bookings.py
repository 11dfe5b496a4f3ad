import bookyflow.core.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """What bookings keep of their guests: who they were made for, and since when they owe a deposit.

    What may be typed of a guest is encrypted; what was there in the clear is dropped. The defaults
    are for the way back.
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
        migrations.RemoveField("booking", "remarks"),
        migrations.AddField(
            "booking",
            "remarks",
            bookyflow.core.fields.EncryptedTextField(blank=True, default="", help_text="The guest's wishes; of a block, its reason."),
            preserve_default=False,
        ),
        migrations.RemoveField("booking", "referrer"),
        migrations.AddField(
            "booking",
            "referrer",
            bookyflow.core.fields.EncryptedTextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.RemoveField("booking", "answers"),
        migrations.AddField(
            "booking",
            "answers",
            bookyflow.core.fields.EncryptedJSONField(
                blank=True,
                default=dict,
                help_text="The guest's answers to the property's own questions.",
            ),
        ),
        migrations.RemoveField("booking", "cancellation_reason"),
        migrations.AddField(
            "booking",
            "cancellation_reason",
            bookyflow.core.fields.EncryptedTextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.RemoveField("bookinghistory", "reason"),
        migrations.AddField(
            "bookinghistory",
            "reason",
            bookyflow.core.fields.EncryptedTextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AlterField(
            "bookingline", "description", models.CharField(default="", max_length=255)
        ),
        migrations.RemoveField("bookingline", "description"),
        migrations.AddField(
            "bookingline",
            "description",
            bookyflow.core.fields.EncryptedTextField(default=""),
            preserve_default=False,
        ),
        migrations.AlterField("note", "text", models.TextField(default="")),
        migrations.RemoveField("note", "text"),
        migrations.AddField(
            "note",
            "text",
            bookyflow.core.fields.EncryptedTextField(default=""),
            preserve_default=False,
        ),
        migrations.RemoveField("securitydeposit", "reason"),
        migrations.AddField(
            "securitydeposit",
            "reason",
            bookyflow.core.fields.EncryptedTextField(blank=True, default=""),
        ),
    ]
