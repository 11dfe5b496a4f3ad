from django.db import migrations


class Migration(migrations.Migration):
    """Entries and issued invoices stay as they are, whoever tries; sums and reversals agree.

    Entries of money and lines of invoices are added, never changed or deleted; of an invoice only
    the state moves: paid, or cancelled by a credit note. What is encrypted may be written anew with
    new keys; a payment's reference, the buyer, and what a line says of a guest are emptied with the
    guest's data. The arguments of `bookyflow_rows_stay` name the columns that may change; `opposite`
    is generated after the trigger has looked at a row. The lines of an invoice come in one
    statement, so that they can be added up at its end.
    """

    dependencies = [
        ("billing", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE billing_payment
                ADD CONSTRAINT payment_reversal_mirrors
                FOREIGN KEY (reverses_id, booking_id, opposite)
                REFERENCES billing_payment (id, booking_id, amount)
            """,
            "ALTER TABLE billing_payment DROP CONSTRAINT payment_reversal_mirrors",
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION bookyflow_rows_stay() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'UPDATE'
                   AND to_jsonb(NEW) - coalesce(TG_ARGV, '{}')
                     = to_jsonb(OLD) - coalesce(TG_ARGV, '{}') THEN
                    RETURN NEW;
                END IF;
                RAISE EXCEPTION 'row % of % stays as it is', OLD.id, TG_TABLE_NAME
                    USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
            END
            $$
            """,
            "DROP FUNCTION bookyflow_rows_stay()",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER payment_stays BEFORE UPDATE OR DELETE ON billing_payment
                FOR EACH ROW
                WHEN (current_setting('bookyflow.renewing', true) IS DISTINCT FROM 'on'
                      AND current_setting('bookyflow.forgetting', true) IS DISTINCT FROM 'on')
                EXECUTE FUNCTION bookyflow_rows_stay()
            """,
            "DROP TRIGGER payment_stays ON billing_payment",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER payment_stays_but_for_references BEFORE UPDATE OR DELETE ON billing_payment
                FOR EACH ROW
                WHEN (current_setting('bookyflow.renewing', true) = 'on'
                      OR current_setting('bookyflow.forgetting', true) = 'on')
                EXECUTE FUNCTION bookyflow_rows_stay('reference', 'opposite')
            """,
            "DROP TRIGGER payment_stays_but_for_references ON billing_payment",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER invoice_stays BEFORE UPDATE OR DELETE ON billing_invoice
                FOR EACH ROW
                WHEN (current_setting('bookyflow.renewing', true) IS DISTINCT FROM 'on'
                      AND current_setting('bookyflow.forgetting', true) IS DISTINCT FROM 'on')
                EXECUTE FUNCTION bookyflow_rows_stay('status', 'paid_at', 'cancelled_by_id')
            """,
            "DROP TRIGGER invoice_stays ON billing_invoice",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER invoice_stays_but_for_keys BEFORE UPDATE OR DELETE ON billing_invoice
                FOR EACH ROW
                WHEN (current_setting('bookyflow.renewing', true) = 'on')
                EXECUTE FUNCTION bookyflow_rows_stay('status', 'paid_at', 'cancelled_by_id', 'seller', 'buyer')
            """,
            "DROP TRIGGER invoice_stays_but_for_keys ON billing_invoice",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER invoice_stays_but_for_buyers BEFORE UPDATE OR DELETE ON billing_invoice
                FOR EACH ROW
                WHEN (current_setting('bookyflow.forgetting', true) = 'on')
                EXECUTE FUNCTION bookyflow_rows_stay('status', 'paid_at', 'cancelled_by_id', 'buyer')
            """,
            "DROP TRIGGER invoice_stays_but_for_buyers ON billing_invoice",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER invoice_line_stays BEFORE UPDATE OR DELETE ON billing_invoiceline
                FOR EACH ROW
                WHEN (current_setting('bookyflow.renewing', true) IS DISTINCT FROM 'on'
                      AND current_setting('bookyflow.forgetting', true) IS DISTINCT FROM 'on')
                EXECUTE FUNCTION bookyflow_rows_stay()
            """,
            "DROP TRIGGER invoice_line_stays ON billing_invoiceline",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER invoice_line_stays_but_for_descriptions BEFORE UPDATE OR DELETE ON billing_invoiceline
                FOR EACH ROW
                WHEN (current_setting('bookyflow.renewing', true) = 'on'
                      OR current_setting('bookyflow.forgetting', true) = 'on')
                EXECUTE FUNCTION bookyflow_rows_stay('description')
            """,
            """
DROP TRIGGER invoice_line_stays_but_for_descriptions ON billing_invoiceline
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
                  JOIN billing_invoice AS invoice ON invoice.id = given.invoice_id
                 WHERE (given.net, given.tax, given.gross)
                       <> (invoice.net, invoice.tax, invoice.gross)
                    OR given.lines <> (SELECT count(*) FROM billing_invoiceline AS line
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
            CREATE TRIGGER invoice_lines_add_up AFTER INSERT ON billing_invoiceline
                REFERENCING NEW TABLE AS added
                FOR EACH STATEMENT EXECUTE FUNCTION bookyflow_invoice_lines_add_up()
            """,
            "DROP TRIGGER invoice_lines_add_up ON billing_invoiceline",
        ),
    ]
