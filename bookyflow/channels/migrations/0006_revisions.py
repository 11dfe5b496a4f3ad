import django.db.models.deletion
from django.db import migrations, models

ID = models.BigAutoField(
    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
)


class Migration(migrations.Migration):
    dependencies = [("channels", "0005_booking_links")]

    operations = [
        migrations.CreateModel(
            "RevisionFeed",
            [
                ("id", ID),
                ("acknowledged_through", models.BigIntegerField(default=0)),
                ("told_through", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "channel",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revision_feed",
                        to="channels.channel",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            "RevisionAck",
            [
                ("id", ID.clone()),
                ("position", models.BigIntegerField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="channels.channel",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("channel", "position"), name="revision_ack_once"
                    )
                ]
            },
        ),
    ]
