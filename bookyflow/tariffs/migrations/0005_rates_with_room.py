from django.db import migrations


class Migration(migrations.Migration):
    """Pages of rates that are half empty when they are filled.

    A year of prices is written at once, again and again. The new rows then lie beside those that
    they replace, and no index has to know of them (heap-only tuples); the room is free again with
    the next look at the page. Pages that are there get it as they are written anew.
    """

    dependencies = [
        ("tariffs", "0004_rates_once_indexed"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE tariffs_dailyrate SET (fillfactor = 50)",
            "ALTER TABLE tariffs_dailyrate RESET (fillfactor)",
        ),
    ]
