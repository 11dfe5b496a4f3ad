from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("properties", "0007_booking_form_sites")]

    operations = [
        ValidateConstraint("propertysettings", "property_booking_form_sites_are_origins")
    ]
