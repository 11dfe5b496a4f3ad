from django.db import migrations


class Migration(migrations.Migration):
    """What was issued stays as it was, whoever tries; only the book-keeping of an invoice moves."""

    dependencies = [
        ("invoices", "0001_initial"),
        ("payments", "0003_entries_stay"),
    ]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER invoice_stays BEFORE UPDATE OR DELETE ON invoices_invoice
                FOR EACH ROW
                EXECUTE FUNCTION bookyflow_rows_stay('status', 'paid_at', 'cancelled_by_id')
            """,
            "DROP TRIGGER invoice_stays ON invoices_invoice",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER invoice_line_stays BEFORE UPDATE OR DELETE ON invoices_invoiceline
                FOR EACH ROW EXECUTE FUNCTION bookyflow_rows_stay()
            """,
            "DROP TRIGGER invoice_line_stays ON invoices_invoiceline",
        ),
    ]
