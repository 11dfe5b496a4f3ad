from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("properties", "0003_fee_tax_rates")]

    operations = [ValidateConstraint("propertysettings", "property_fee_taxes_in_range")]
