from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]

    operations = [
        migrations.AlterField("review", "pros", models.TextField(blank=True)),
        # Less is needed than before, so that what the version before writes fits both.
        migrations.RemoveConstraint("review", "review_has_its_texts"),
        AddConstraintNotValid(
            "review",
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(description=""), name="review_has_its_texts"
            ),
        ),
    ]
