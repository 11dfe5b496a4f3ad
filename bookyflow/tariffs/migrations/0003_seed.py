from django.db import migrations


def add(apps, schema_editor):
    TaxRate = apps.get_model("tariffs", "TaxRate")
    TaxRate.objects.get_or_create(code="01", defaults={"description": "VAT", "rate": 20})


def keep(apps, schema_editor):
    """An extra may have it by now."""


class Migration(migrations.Migration):
    """The tax rate that every site starts with."""

    dependencies = [
        ("tariffs", "0002_sql"),
    ]

    operations = [migrations.RunPython(add, keep)]
