from django.db import migrations

CATEGORIES = [
    (1, "Activities"),
    (2, "Amenities"),
    (3, "Accessibility"),
    (4, "Views and location"),
    (5, "Living area"),
    (6, "Media and technology"),
    (7, "Food and drink"),
    (8, "Parking"),
    (9, "Services"),
    (10, "Bathroom"),
    (11, "House rules"),
]
# category → id, name
FEATURES = {
    1: [
        (13, "Birdwatching"),
        (17, "Canoeing"),
        (20, "Casino"),
        (21, "Nightclub"),
        (24, "Cycle paths"),
        (31, "Heritage sites"),
        (36, "Fishing"),
        (38, "Golf"),
        (39, "Guided tours"),
        (45, "Hiking"),
        (51, "Conservation site"),
        (57, "Play area"),
        (62, "Pony trekking"),
        (64, "Water sports"),
        (65, "Scuba diving"),
        (69, "Winter sports"),
        (71, "Snorkelling"),
        (73, "Tennis"),
        (76, "Whale watching"),
        (79, "Boat excursions"),
    ],
    2: [
        (4, "Minibar"),
        (7, "Balcony"),
        (9, "Bar"),
        (11, "Fireplace"),
        (14, "Boardwalk"),
        (15, "Campfires"),
        (16, "Tents for hire"),
        (18, "Caravans"),
        (22, "Safe"),
        (23, "Conference rooms"),
        (30, "Lift"),
        (40, "Gym"),
        (44, "Helipad"),
        (49, "Iron"),
        (50, "Hot tub"),
        (56, "Picnic area"),
        (58, "Pool"),
        (72, "Sunbed"),
        (80, "Private garden"),
    ],
    3: [(25, "Wheelchair access"), (26, "Accessible toilet")],
    4: [
        (3, "Near an airport"),
        (12, "Near a beach"),
        (59, "Quiet, rural"),
        (66, "Scenic views"),
    ],
    6: [
        (29, "DVD player"),
        (47, "Internet"),
        (63, "Telephone"),
        (74, "Television"),
        (77, "Wifi"),
    ],
    7: [
        (8, "Waiter service"),
        (37, "Gourmet restaurant"),
        (48, "Hot drinks in the room"),
        (61, "Restaurant"),
        (81, "Microwave"),
    ],
    8: [(54, "Parking")],
    9: [
        (5, "All inclusive"),
        (19, "Car rental"),
        (32, "24-hour room service"),
        (33, "Currency exchange"),
        (41, "Hairdresser"),
        (46, "Information"),
        (60, "Ranger station"),
        (68, "Shuttle"),
        (75, "Weddings"),
        (78, "Christmas parties"),
    ],
    10: [(10, "Bath"), (42, "Hairdryer"), (67, "Shower")],
    11: [
        (6, "Children welcome"),
        (27, "No dogs"),
        (28, "Dogs welcome"),
        (43, "Haunted"),
        (52, "Non-smoking"),
        (53, "Managed by its owner"),
        (55, "Pets welcome"),
        (70, "Smoking allowed"),
    ],
}


def add(apps, schema_editor):
    FeatureCategory = apps.get_model("properties", "FeatureCategory")
    PropertyFeature = apps.get_model("properties", "PropertyFeature")
    FeatureCategory.objects.bulk_create(
        FeatureCategory(id=id, name=name) for id, name in CATEGORIES
    )
    PropertyFeature.objects.bulk_create(
        PropertyFeature(id=id, name=name, category_id=category)
        for category, features in FEATURES.items()
        for id, name in features
    )
    for table in ("properties_featurecategory", "properties_propertyfeature"):
        schema_editor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 1000)")


def remove(apps, schema_editor):
    ids = [id for features in FEATURES.values() for id, _ in features]
    apps.get_model("properties", "PropertyFeature").objects.filter(id__in=ids).delete()
    categories = apps.get_model("properties", "FeatureCategory").objects
    categories.filter(id__in=[id for id, _ in CATEGORIES]).delete()


class Migration(migrations.Migration):
    """The features that every site starts with. Own ones, and categories, get ids from 1001."""

    dependencies = [
        ("properties", "0003_features_and_source"),
    ]

    operations = [migrations.RunPython(add, remove)]
