import bookyflow.core.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """Descriptions are encrypted; they may be encrypted anew, and go when the buyer is forgotten.

    What was there in the clear is dropped. The default is for the way back.
    """

    dependencies = [
        ("invoices", "0005_lines_add_up_and_buyers_go"),
    ]

    operations = [
        migrations.AlterField(
            "invoiceline", "description", models.CharField(default="", max_length=255)
        ),
        migrations.RemoveField("invoiceline", "description"),
        migrations.AddField(
            "invoiceline",
            "description",
            bookyflow.core.fields.EncryptedTextField(default=""),
            preserve_default=False,
        ),
        migrations.RunSQL(
            """
            DROP TRIGGER invoice_line_stays ON invoices_invoiceline;
            CREATE TRIGGER invoice_line_stays BEFORE UPDATE OR DELETE ON invoices_invoiceline
                FOR EACH ROW
                WHEN (current_setting('bookyflow.renewing', true) IS DISTINCT FROM 'on'
                      AND current_setting('bookyflow.forgetting', true) IS DISTINCT FROM 'on')
                EXECUTE FUNCTION bookyflow_rows_stay();
            CREATE TRIGGER invoice_line_stays_but_for_descriptions
                BEFORE UPDATE OR DELETE ON invoices_invoiceline
                FOR EACH ROW
                WHEN (current_setting('bookyflow.renewing', true) = 'on'
                      OR current_setting('bookyflow.forgetting', true) = 'on')
                EXECUTE FUNCTION bookyflow_rows_stay('description');
            """,
            """
            DROP TRIGGER invoice_line_stays_but_for_descriptions ON invoices_invoiceline;
            DROP TRIGGER invoice_line_stays ON invoices_invoiceline;
            CREATE TRIGGER invoice_line_stays BEFORE UPDATE OR DELETE ON invoices_invoiceline
                FOR EACH ROW EXECUTE FUNCTION bookyflow_rows_stay();
            """,
        ),
    ]
