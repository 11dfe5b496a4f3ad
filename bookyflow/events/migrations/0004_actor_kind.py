from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('events', '0003_catalogue'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='actor_kind',
            field=models.CharField(default='system', max_length=7),
            preserve_default=False,
        ),
        migrations.RunSQL(
            "UPDATE events_event SET actor_kind = 'user' WHERE user_id IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('actor_kind', 'user'), ('user_id__isnull', False)), models.Q(('actor_kind__in', ['visitor', 'system']), ('channel_id__isnull', True), ('key_id__isnull', True), ('proxied_by__isnull', True), ('user_id__isnull', True)), _connector='OR'), name='event_actor_possible'),
        ),
    ]
