from django.db import migrations

CATEGORIES = [
    (12, "Kitchen"),
    (13, "Bedroom and laundry"),
    (14, "Heating and cooling"),
    (15, "Families"),
    (16, "Safety"),
]
# category → id, name, whether guests search by it
FEATURES = {
    1: [
        (149, "Bicycles", True),
    ],
    2: [
        (97, "Barbecue", True),
        (144, "Garden furniture", False),
        (145, "Outdoor dining area", False),
        (146, "Hammock", False),
        (147, "Sauna", True),
        (148, "Exercise equipment", False),
        (150, "Beach equipment", False),
    ],
    3: [
        (121, "All on one floor", True),
        (155, "Step-free access", True),
        (156, "Wide doorways", False),
        (157, "Accessible bathroom", True),
        (158, "Accessible parking", True),
    ],
    4: [
        (151, "On the water", True),
        (152, "Ski-in, ski-out", True),
        (153, "Sea view", True),
        (154, "Boat mooring", False),
    ],
    5: [
        (113, "Workspace", True),
        (114, "Books", False),
        (115, "Games", False),
        (116, "Games room", False),
        (119, "Piano", False),
        (120, "Private entrance", True),
        (162, "Private living room", False),
    ],
    6: [
        (117, "Games console", False),
        (118, "Sound system", False),
    ],
    7: [
        (137, "Breakfast", True),
    ],
    8: [
        (142, "Parking nearby", True),
        (143, "Charging for electric cars", True),
    ],
    9: [
        (101, "Laundrette nearby", False),
        (138, "Luggage storage", True),
        (139, "Self check-in", True),
        (140, "Staff in the building", False),
        (141, "Cleaning during the stay", False),
    ],
    10: [
        (109, "Hot water", False),
        (110, "Toiletries", False),
        (111, "Bidet", False),
        (161, "Private bathroom", True),
    ],
    11: [
        (159, "Events allowed", True),
    ],
    12: [
        (85, "Kitchen", True),
        (86, "Kitchenette", True),
        (87, "Fridge", True),
        (88, "Freezer", False),
        (89, "Oven", False),
        (90, "Hob", False),
        (91, "Dishwasher", True),
        (92, "Toaster", False),
        (93, "Cookware", False),
        (94, "Crockery and cutlery", False),
        (95, "Small kitchen appliances", False),
        (96, "Dining table", False),
    ],
    13: [
        (98, "Washing machine", True),
        (99, "Tumble dryer", True),
        (100, "Clothes airer", False),
        (102, "Bed linen", False),
        (103, "Towels, bed linen and soap", False),
        (104, "Extra pillows and blankets", False),
        (105, "Clothes hangers", False),
        (106, "Wardrobe", False),
        (107, "Blackout blinds", False),
        (108, "Mosquito net", False),
        (112, "Cleaning products", False),
    ],
    14: [
        (82, "Air conditioning", True),
        (83, "Heating", True),
        (84, "Fan", False),
    ],
    15: [
        (122, "Cot", True),
        (123, "High chair", True),
        (124, "Baby bath", False),
        (125, "Changing table", False),
        (126, "Baby monitor", False),
        (127, "Child safety fittings", False),
        (128, "Children’s books and toys", False),
        (129, "Children’s tableware", False),
        (130, "Babysitting", False),
    ],
    16: [
        (131, "Smoke alarm", True),
        (132, "Carbon monoxide alarm", True),
        (133, "Fire extinguisher", False),
        (134, "First aid kit", False),
        (135, "Security cameras", False),
        (136, "Lockable bedroom", False),
        (160, "Intercom", False),
    ],
}


def add(apps, schema_editor):
    Category = apps.get_model("properties", "FeatureCategory")
    Feature = apps.get_model("properties", "PropertyFeature")
    taken = set(Category.objects.values_list("name", flat=True))
    Category.objects.bulk_create(
        Category(id=id, name=free(name, taken)) for id, name in CATEGORIES
    )
    taken = set(Feature.objects.filter(property=None).values_list("name", flat=True))
    Feature.objects.bulk_create(
        Feature(
            id=id, name=free(name, taken), category_id=category, include_in_filters=is_searched
        )
        for category, features in FEATURES.items()
        for id, name, is_searched in features
    )


def free(name, taken):
    """The name, or another form of it where the site has one of its own by that name."""
    while name in taken:
        name += " *"
    return name


def remove(apps, schema_editor):
    ids = [id for features in FEATURES.values() for id, *_ in features]
    apps.get_model("properties", "PropertyFeature").objects.filter(id__in=ids).delete()
    apps.get_model("properties", "FeatureCategory").objects.filter(
        id__in=[id for id, _ in CATEGORIES]
    ).delete()


class Migration(migrations.Migration):
    """What real listings have. Ids below 1001 are the seeds' own, so none is taken."""

    dependencies = [
        ("properties", "0004_fee_tax_rates_valid"),
    ]

    operations = [migrations.RunPython(add, remove)]
