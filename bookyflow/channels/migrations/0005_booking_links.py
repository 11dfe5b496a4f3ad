import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0004_reservation_changes"),
        ("properties", "0001_initial"),
        ("reservations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            "BookingLink",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("remote_id", models.CharField(max_length=255)),
                ("is_made_so", models.BooleanField(default=False)),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="channel_links",
                        to="reservations.booking",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="channels.channel",
                    ),
                ),
                (
                    "property",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="properties.property",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["channel", "remote_id"], name="booking_link_by_remote")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("channel", "booking"), name="booking_link_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_made_so", True)),
                        fields=("channel", "property", "remote_id"),
                        name="block_remote_once",
                    ),
                ],
            },
        )
    ]
