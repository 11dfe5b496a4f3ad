from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    """What visitors hold and owe is limited in room-nights, by who they are."""

    dependencies = [
        ('properties', '0013_custom_fields'),
        ('reservations', '0009_quote_uses'),
    ]

    operations = [
        migrations.AddField(
            model_name='booking',
            name='pay_by',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(condition=models.Q(('pay_by__isnull', False)), fields=['pay_by'], name='booking_to_be_paid'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('pay_by__isnull', True), models.Q(('paid', 0), ('state', 'provisional')), _connector='OR'), name='booking_to_be_paid_is_unpaid'),
        ),
        migrations.RemoveIndex(
            model_name='hold',
            name='hold_by_address',
        ),
        migrations.RemoveField(
            model_name='hold',
            name='address_digest',
        ),
        # Rows are kept for hours only; those from before do not know the new columns.
        migrations.RunSQL('DELETE FROM reservations_quoteuse', migrations.RunSQL.noop),
        migrations.AddField(
            model_name='quoteuse',
            name='property',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='properties.property'),
        ),
        migrations.AddField(
            model_name='quoteuse',
            name='caller',
            field=models.CharField(max_length=64),
        ),
        migrations.AddField(
            model_name='quoteuse',
            name='is_known',
            field=models.BooleanField(),
        ),
        migrations.AddIndex(
            model_name='quoteuse',
            index=models.Index(fields=['caller'], name='quote_use_by_caller'),
        ),
    ]
