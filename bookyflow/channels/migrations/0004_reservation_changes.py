from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0003_child_sites")]

    operations = [
        migrations.AddField(
            "channelreservation",
            "about",
            models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            "channelstay",
            "remote_id",
            models.CharField(blank=True, db_default="", default="", max_length=255),
        ),
        migrations.AddField(
            "channelstay",
            "content",
            models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
    ]
