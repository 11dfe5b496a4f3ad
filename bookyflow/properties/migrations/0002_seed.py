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
CATEGORIES = [
    (1, "Vacation rentals"),
    (2, "Tours"),
    (3, "Long-term rentals"),
    (4, "Real estate"),
]
FEATURE_CATEGORIES = [
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
    def model(name):
        return apps.get_model("properties", name)

    model("PropertyType").objects.bulk_create(
        model("PropertyType")(id=id, name=name, flag=flag, context=context, has_stars=stars)
        for id, name, flag, context, stars in TYPES
    )
    model("PropertyCategory").objects.bulk_create(
        model("PropertyCategory")(id=id, title=title) for id, title in CATEGORIES
    )
    model("FeatureCategory").objects.bulk_create(
        model("FeatureCategory")(id=id, name=name) for id, name in FEATURE_CATEGORIES
    )
    model("PropertyFeature").objects.bulk_create(
        model("PropertyFeature")(id=id, name=name, category_id=category)
        for category, features in FEATURES.items()
        for id, name in features
    )
    for name, last in (
        ("propertytype", 100),
        ("propertycategory", 100),
        ("featurecategory", 1000),
        ("propertyfeature", 1000),
    ):
        schema_editor.execute(
            f"SELECT setval(pg_get_serial_sequence('properties_{name}', 'id'), {last})"
        )


def remove(apps, schema_editor):
    for name, seeded in (
        ("PropertyFeature", [id for features in FEATURES.values() for id, _ in features]),
        ("FeatureCategory", [id for id, _ in FEATURE_CATEGORIES]),
        ("PropertyCategory", [id for id, _ in CATEGORIES]),
        ("PropertyType", [id for id, *_ in TYPES]),
    ):
        apps.get_model("properties", name).objects.filter(id__in=seeded).delete()


class Migration(migrations.Migration):
    """What every site starts with. Own types and categories get ids from 101, features from 1001."""

    dependencies = [
        ("properties", "0001_initial"),
    ]

    operations = [migrations.RunPython(add, remove)]
