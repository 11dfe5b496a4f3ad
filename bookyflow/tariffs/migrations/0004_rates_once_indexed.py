import django.db.models.deletion
from django.db import migrations, models

# What Django made of the two foreign keys: what each finds, another index finds as well.
TARIFF_TYPE, PROPERTY = "tariffs_dailyrate_tariff_type_id_ca488ae2", "tariffs_dailyrate_property_id_a04d6b51"


def dropped(name: str, column: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
        f"CREATE INDEX CONCURRENTLY {name} ON tariffs_dailyrate ({column})",
    )


class Migration(migrations.Migration):
    """Rates without indexes that `daily_rate_once` and `daily_rate_by_property` begin with."""

    atomic = False

    dependencies = [
        ("tariffs", "0003_seed"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            [dropped(TARIFF_TYPE, "tariff_type_id"), dropped(PROPERTY, "property_id")],
            [
                migrations.AlterField(
                    model_name="dailyrate",
                    name="tariff_type",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rates",
                        to="tariffs.tarifftype",
                    ),
                ),
                migrations.AlterField(
                    model_name="dailyrate",
                    name="property",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="properties.property",
                    ),
                ),
            ],
        ),
    ]
