import bookyflow.core.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """Names of authors and texts of reports are encrypted; what was there in the clear is dropped.

    The default is for the way back.
    """

    dependencies = [
        ("reviews", "0001_initial"),
    ]

    operations = [
        migrations.RemoveField("review", "author_name"),
        migrations.AddField(
            "review",
            "author_name",
            bookyflow.core.fields.EncryptedTextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AlterField("reviewreport", "text", models.TextField(default="")),
        migrations.RemoveField("reviewreport", "text"),
        migrations.AddField(
            "reviewreport",
            "text",
            bookyflow.core.fields.EncryptedTextField(default=""),
            preserve_default=False,
        ),
    ]
