import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    """What rooms have, and how many people rooms of a type take."""

    dependencies = [
        ('rooms', '0002_room_types'),
    ]

    operations = [
        migrations.CreateModel(
            name='OccupancyLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('max_adults', models.PositiveSmallIntegerField(default=2)),
                ('max_children', models.PositiveSmallIntegerField(default=0)),
                ('max_occupancy', models.PositiveSmallIntegerField(default=2)),
            ],
            options={
                'ordering': ('room_type',),
            },
        ),
        migrations.CreateModel(
            name='RoomFeature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('description', models.TextField(blank=True, default='')),
            ],
            options={
                'ordering': ('name', 'id'),
            },
        ),
        migrations.AddField(
            model_name='roomtype',
            name='version',
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name='occupancylevel',
            name='property',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='occupancy_levels', to='properties.property'),
        ),
        migrations.AddField(
            model_name='occupancylevel',
            name='room_type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rooms.roomtype'),
        ),
        migrations.AddField(
            model_name='roomfeature',
            name='property',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='own_room_features', to='properties.property'),
        ),
        migrations.AddField(
            model_name='roomfeature',
            name='property_types',
            field=models.ManyToManyField(blank=True, related_name='room_features', to='properties.propertytype'),
        ),
        migrations.AddField(
            model_name='room',
            name='features',
            field=models.ManyToManyField(blank=True, related_name='rooms', to='rooms.roomfeature'),
        ),
        migrations.AddConstraint(
            model_name='occupancylevel',
            constraint=models.UniqueConstraint(fields=('property', 'room_type'), name='occupancy_level_once'),
        ),
        migrations.AddConstraint(
            model_name='occupancylevel',
            constraint=models.CheckConstraint(condition=models.Q(('max_occupancy__gte', 1), ('max_occupancy__lte', django.db.models.expressions.CombinedExpression(models.F('max_adults'), '+', models.F('max_children')))), name='occupancy_level_within_capacity'),
        ),
        migrations.AddConstraint(
            model_name='roomfeature',
            constraint=models.UniqueConstraint(fields=('property', 'name'), name='room_feature_name_once', nulls_distinct=False),
        ),
    ]
