from django.db import migrations


class Migration(migrations.Migration):
    """Entries are added, never changed or deleted, whoever tries.

    The function is for tables of other apps as well: the trigger's arguments name the columns that
    may change.
    """

    dependencies = [
        ("payments", "0002_reversal_mirrors"),
    ]

    operations = [
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
                FOR EACH ROW EXECUTE FUNCTION bookyflow_rows_stay()
            """,
            "DROP TRIGGER payment_stays ON payments_payment",
        ),
    ]
