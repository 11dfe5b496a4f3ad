from django.db import migrations, models


class Migration(migrations.Migration):
    """A deleted room stays for the bookings that had it, and gives its number free."""

    dependencies = [
        ('rooms', '0003_features_and_levels'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='room',
            name='room_number_once',
        ),
        migrations.AddField(
            model_name='room',
            name='deleted_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='room',
            constraint=models.UniqueConstraint(condition=models.Q(('deleted_at__isnull', True)), fields=('property', 'number'), name='room_number_once'),
        ),
        migrations.AddConstraint(
            model_name='room',
            constraint=models.CheckConstraint(condition=models.Q(('single_supplement__gte', 0)), name='room_supplement_not_negative'),
        ),
    ]
