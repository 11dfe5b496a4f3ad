from django.db import migrations

# id, name, flag, vocabulary, stars
TYPES = [
    (1, "Hotel", 0, "rental", True),
    (2, "Yacht", 1, "yacht", True),
    (3, "Car", 1, "car", False),
    (4, "Camp site", 0, "campsite", True),
    (5, "Bed and breakfast", 0, "rental", True),
    (6, "Villa", 1, "rental", True),
    (7, "Apartment", 1, "rental", False),
    (8, "Cottage", 1, "rental", True),
    (9, "Tour", 3, "tour", False),
    (10, "For sale", 4, "real_estate", False),
]


def add(apps, schema_editor):
    PropertyType = apps.get_model("properties", "PropertyType")
    PropertyType.objects.bulk_create(
        PropertyType(id=id, name=name, flag=flag, context=context, has_stars=stars)
        for id, name, flag, context, stars in TYPES
    )
    schema_editor.execute(
        "SELECT setval(pg_get_serial_sequence('properties_propertytype', 'id'), 100)"
    )


def remove(apps, schema_editor):
    apps.get_model("properties", "PropertyType").objects.filter(id__lte=len(TYPES)).delete()


class Migration(migrations.Migration):
    """The property types that every site starts with. Own ones get ids from 101."""

    dependencies = [
        ("properties", "0001_initial"),
    ]

    operations = [migrations.RunPython(add, remove)]
