from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='conversation',
            name='newest',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
    ]
