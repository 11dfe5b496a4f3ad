from django.db import migrations


class Migration(migrations.Migration):
    """The names on an invoice may be encrypted with a new key, by nobody but `rotate_encryption`."""

    dependencies = [
        ("invoices", "0002_issued_invoices_stay"),
    ]

    operations = [
        migrations.RunSQL(
            """
            DROP TRIGGER invoice_stays ON invoices_invoice;
            CREATE TRIGGER invoice_stays BEFORE UPDATE OR DELETE ON invoices_invoice
                FOR EACH ROW
                WHEN (current_setting('bookyflow.renewing', true) IS DISTINCT FROM 'on')
                EXECUTE FUNCTION bookyflow_rows_stay('status', 'paid_at', 'cancelled_by_id');
            CREATE TRIGGER invoice_stays_but_for_keys BEFORE UPDATE OR DELETE ON invoices_invoice
                FOR EACH ROW
                WHEN (current_setting('bookyflow.renewing', true) = 'on')
                EXECUTE FUNCTION bookyflow_rows_stay(
                    'status', 'paid_at', 'cancelled_by_id', 'seller', 'buyer'
                );
            """,
            """
            DROP TRIGGER invoice_stays_but_for_keys ON invoices_invoice;
            DROP TRIGGER invoice_stays ON invoices_invoice;
            CREATE TRIGGER invoice_stays BEFORE UPDATE OR DELETE ON invoices_invoice
                FOR EACH ROW
                EXECUTE FUNCTION bookyflow_rows_stay('status', 'paid_at', 'cancelled_by_id');
            """,
        ),
    ]
