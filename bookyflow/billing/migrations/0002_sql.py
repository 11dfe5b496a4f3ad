from django.db import migrations


class Migration(migrations.Migration):
    """An issued invoice and its lines stay as they are, and the lines add up to the invoice.

    Its state changes: paid, or cancelled by another one. What is encrypted may be written anew with
    new keys; the buyer, and what a line says of a guest, is emptied with the guest's data.
    """

    dependencies = [
        ("invoices", "0001_initial"),
        ("payments", "0002_sql"),
    ]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER invoice_stays BEFORE UPDATE OR DELETE ON invoices_invoice
                FOR EACH ROW
                WHEN (current_setting('bookyflow.renewing', true) IS DISTINCT FROM 'on'
                      AND current_setting('bookyflow.forgetting', true) IS DISTINCT FROM 'on')
                EXECUTE FUNCTION bookyflow_rows_stay('status', 'paid_at', 'cancelled_by_id')
            """,
            "DROP TRIGGER invoice_stays ON invoices_invoice",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER invoice_stays_but_for_keys BEFORE UPDATE OR DELETE ON invoices_invoice
                FOR EACH ROW
                WHEN (current_setting('bookyflow.renewing', true) = 'on')
                EXECUTE FUNCTION bookyflow_rows_stay('status', 'paid_at', 'cancelled_by_id', 'seller', 'buyer')
            """,
            "DROP TRIGGER invoice_stays_but_for_keys ON invoices_invoice",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER invoice_stays_but_for_buyers BEFORE UPDATE OR DELETE ON invoices_invoice
                FOR EACH ROW
                WHEN (current_setting('bookyflow.forgetting', true) = 'on')
                EXECUTE FUNCTION bookyflow_rows_stay('status', 'paid_at', 'cancelled_by_id', 'buyer')
            """,
            "DROP TRIGGER invoice_stays_but_for_buyers ON invoices_invoice",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER invoice_line_stays BEFORE UPDATE OR DELETE ON invoices_invoiceline
                FOR EACH ROW
                WHEN (current_setting('bookyflow.renewing', true) IS DISTINCT FROM 'on'
                      AND current_setting('bookyflow.forgetting', true) IS DISTINCT FROM 'on')
                EXECUTE FUNCTION bookyflow_rows_stay()
            """,
            "DROP TRIGGER invoice_line_stays ON invoices_invoiceline",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER invoice_line_stays_but_for_descriptions BEFORE UPDATE OR DELETE ON invoices_invoiceline
                FOR EACH ROW
                WHEN (current_setting('bookyflow.renewing', true) = 'on'
                      OR current_setting('bookyflow.forgetting', true) = 'on')
                EXECUTE FUNCTION bookyflow_rows_stay('description')
            """,
            """
DROP TRIGGER invoice_line_stays_but_for_descriptions ON invoices_invoiceline
            """,
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION bookyflow_invoice_lines_add_up() RETURNS trigger
                LANGUAGE plpgsql AS $$
            DECLARE
                wrong bigint;
            BEGIN
                SELECT invoice.id INTO wrong
                  FROM (SELECT invoice_id, count(*) AS lines,
                               sum(net) AS net, sum(tax) AS tax, sum(gross) AS gross
                          FROM added
                         GROUP BY invoice_id) AS given
                  JOIN invoices_invoice AS invoice ON invoice.id = given.invoice_id
                 WHERE (given.net, given.tax, given.gross)
                       <> (invoice.net, invoice.tax, invoice.gross)
                    OR given.lines <> (SELECT count(*) FROM invoices_invoiceline AS line
                                        WHERE line.invoice_id = invoice.id)
                 LIMIT 1;
                IF wrong IS NOT NULL THEN
                    RAISE EXCEPTION 'the lines of invoice % do not add up to it', wrong
                        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
                END IF;
                RETURN NULL;
            END
            $$
            """,
            "DROP FUNCTION bookyflow_invoice_lines_add_up()",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER invoice_lines_add_up AFTER INSERT ON invoices_invoiceline
                REFERENCING NEW TABLE AS added
                FOR EACH STATEMENT EXECUTE FUNCTION bookyflow_invoice_lines_add_up()
            """,
            "DROP TRIGGER invoice_lines_add_up ON invoices_invoiceline",
        ),
    ]
