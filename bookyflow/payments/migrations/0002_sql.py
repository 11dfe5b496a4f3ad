from django.db import migrations


class Migration(migrations.Migration):
    """Entries are added, never changed or deleted, whoever tries; a counter-entry mirrors its entry.

    Only what is encrypted may be written anew: with new keys, or empty with the guest it names. The
    function serves tables of other apps as well: its arguments name the columns that may change.
    `opposite` is generated after the trigger has looked at a row.
    """

    dependencies = [
        ("payments", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE payments_payment
                ADD CONSTRAINT payment_reversal_mirrors
                FOREIGN KEY (reverses_id, booking_id, opposite)
                REFERENCES payments_payment (id, booking_id, amount)
            """,
            "ALTER TABLE payments_payment DROP CONSTRAINT payment_reversal_mirrors",
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
            CREATE TRIGGER payment_stays BEFORE UPDATE OR DELETE ON payments_payment
                FOR EACH ROW
                WHEN (current_setting('bookyflow.renewing', true) IS DISTINCT FROM 'on'
                      AND current_setting('bookyflow.forgetting', true) IS DISTINCT FROM 'on')
                EXECUTE FUNCTION bookyflow_rows_stay()
            """,
            "DROP TRIGGER payment_stays ON payments_payment",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER payment_stays_but_for_references BEFORE UPDATE OR DELETE ON payments_payment
                FOR EACH ROW
                WHEN (current_setting('bookyflow.renewing', true) = 'on'
                      OR current_setting('bookyflow.forgetting', true) = 'on')
                EXECUTE FUNCTION bookyflow_rows_stay('reference', 'opposite')
            """,
            "DROP TRIGGER payment_stays_but_for_references ON payments_payment",
        ),
    ]
