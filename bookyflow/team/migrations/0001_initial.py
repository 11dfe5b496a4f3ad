import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('properties', '0008_booking_form_sites_valid'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('access_level', models.PositiveSmallIntegerField(choices=[(1, 'Registered'), (50, 'Receptionist'), (70, 'Manager'), (90, 'Super manager')])),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('property', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='properties.property')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('property', 'email'), name='invitation_once_per_address'), models.CheckConstraint(condition=models.Q(('access_level__in', (50, 70))), name='invitation_of_staff')],
            },
        ),
    ]
