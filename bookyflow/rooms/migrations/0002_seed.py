from django.db import migrations

RENTAL = (1, 5)
WHOLE = (6, 7, 8)
YACHT, CAR, CAMP = (2,), (3,), (4,)
# id, name, property types
TYPES = [
    (1, "Double", RENTAL),
    (2, "Twin", RENTAL),
    (3, "Single", RENTAL),
    (4, "Four-poster", RENTAL),
    (5, "1 bedroom", WHOLE),
    (6, "2 bedrooms", WHOLE),
    (7, "3 bedrooms", WHOLE),
    (8, "4 bedrooms", WHOLE),
    (9, "5 bedrooms", WHOLE),
    (10, "6+ bedrooms", WHOLE),
    (11, "Tent pitch for 1", CAMP),
    (12, "Tent pitch for 2", CAMP),
    (13, "Tent pitch for 3", CAMP),
    (14, "Tent pitch for 4", CAMP),
    (15, "Tent pitch for 6+", CAMP),
    (16, "Hatchback", CAR),
    (17, "Luxury car", CAR),
    (18, "Minivan", CAR),
    (19, "Saloon", CAR),
    (20, "Sports car", CAR),
    (21, "Caravan pitch", CAMP),
    (22, "2 berth", YACHT),
    (23, "4 berth", YACHT),
    (24, "6 berth", YACHT),
    (25, "8+ berth", YACHT),
    (26, "Triple", RENTAL),
    (27, "Family room", RENTAL),
    (28, "Suite", RENTAL),
    (29, "Studio", RENTAL),
    (30, "Dormitory bed", RENTAL),
]


def add(apps, schema_editor):
    RoomType = apps.get_model("rooms", "RoomType")
    for id, name, property_types in TYPES:
        RoomType.objects.create(id=id, name=name).property_types.set(property_types)
    schema_editor.execute("SELECT setval(pg_get_serial_sequence('rooms_roomtype', 'id'), 1000)")


def remove(apps, schema_editor):
    apps.get_model("rooms", "RoomType").objects.filter(id__lte=len(TYPES)).delete()


class Migration(migrations.Migration):
    """The room types that every site starts with. Own ones get ids from 1001."""

    dependencies = [
        ("rooms", "0001_initial"),
        ("properties", "0002_seed"),
    ]

    operations = [migrations.RunPython(add, remove)]
