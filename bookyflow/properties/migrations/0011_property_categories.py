from django.db import migrations

CATEGORIES = [
    (1, "Vacation rentals"),
    (2, "Tours"),
    (3, "Long-term rentals"),
    (4, "Real estate"),
]


def add(apps, schema_editor):
    apps.get_model("properties", "PropertyCategory").objects.bulk_create(
        apps.get_model("properties", "PropertyCategory")(id=id, title=title)
        for id, title in CATEGORIES
    )
    schema_editor.execute(
        "SELECT setval(pg_get_serial_sequence('properties_propertycategory', 'id'), 100)"
    )


def remove(apps, schema_editor):
    categories = apps.get_model("properties", "PropertyCategory").objects
    categories.filter(id__in=[id for id, _ in CATEGORIES]).delete()


class Migration(migrations.Migration):
    """The categories that every site starts with. Own ones get ids from 101."""

    dependencies = [
        ("properties", "0010_categories"),
    ]

    operations = [migrations.RunPython(add, remove)]
