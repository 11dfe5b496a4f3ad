from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('properties', '0013_custom_fields'),
    ]

    operations = [
        migrations.AddField(
            model_name='propertysettings',
            name='time_zone_given',
            field=models.BooleanField(default=False, help_text='Somebody has set it; else it follows the country and the position.'),
        ),
        migrations.AlterField(
            model_name='propertysettings',
            name='time_zone',
            field=models.CharField(blank=True, default='', help_text='IANA name. Empty: not known yet.', max_length=40),
        ),
    ]
