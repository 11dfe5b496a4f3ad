import django.core.validators
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

SITE = r"(https://[a-z0-9][a-z0-9.-]*|http://localhost)(:[0-9]{1,5})?"
SITES = rf"^({SITE}( {SITE})*)?$"


class Migration(migrations.Migration):
    dependencies = [("properties", "0006_plugin_settings")]

    operations = [
        migrations.AddField(
            "propertysettings",
            "booking_form_sites",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Sites that may show the booking form in a frame, separated by spaces.",
                max_length=2000,
                validators=[
                    django.core.validators.RegexValidator(
                        SITES,
                        "Sites such as https://www.example.com are needed, without a path, "
                        "separated by single spaces.",
                    )
                ],
            ),
        ),
        AddConstraintNotValid(
            "propertysettings",
            models.CheckConstraint(
                condition=Q(booking_form_sites__regex=SITES),
                name="property_booking_form_sites_are_origins",
            ),
        ),
    ]
