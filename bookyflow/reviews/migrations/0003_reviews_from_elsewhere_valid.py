from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_reviews_from_elsewhere")]

    operations = [ValidateConstraint("review", "review_has_its_texts")]
