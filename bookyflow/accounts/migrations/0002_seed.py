from django.db import migrations


def add(apps, schema_editor):
    apps.get_model("accounts", "SiteSettings").objects.get_or_create(pk=1)


def remove(apps, schema_editor):
    apps.get_model("accounts", "SiteSettings").objects.all().delete()


class Migration(migrations.Migration):
    """The one row of the site's settings."""

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [migrations.RunPython(add, remove)]
