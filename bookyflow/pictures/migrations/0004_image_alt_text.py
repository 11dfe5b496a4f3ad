from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pictures", "0003_image_names_and_fetches")]

    operations = [
        migrations.AddField(
            model_name="image",
            name="alt_text",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="What it shows, for those who cannot see it.",
                max_length=255,
            ),
        ),
    ]
