from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plugins", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="featurestate",
            name="settings",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
