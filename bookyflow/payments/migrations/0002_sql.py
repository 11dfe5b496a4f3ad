from django.db import migrations


class Migration(migrations.Migration):
    """An attempt goes through the steps that there are, and stays what it was made for.

    The steps are those of `payments.states.STEPS`.
    """

    dependencies = [
        ("payments", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION bookyflow_payment_attempt_step() RETURNS trigger
                LANGUAGE plpgsql AS $$
            DECLARE
                steps constant jsonb := '{
                    "new": ["open", "failed", "paid", "unmatched", "refunding"],
                    "open": ["failed", "paid", "unmatched", "refunding"],
                    "failed": ["paid", "unmatched", "refunding"],
                    "refunding": ["refunded", "refund_failed"],
                    "refunded": ["refund_failed"]
                }';
            BEGIN
                IF NEW.state <> OLD.state
                   AND NOT coalesce(steps -> OLD.state ? NEW.state, false) THEN
                    RAISE EXCEPTION 'a payment attempt does not go from % to %', OLD.state, NEW.state
                        USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                              CONSTRAINT = 'payment_attempt_step';
                END IF;
                IF (NEW.property_id, NEW.serial, NEW.provider, NEW.uid, NEW.amount, NEW.currency)
                   IS DISTINCT FROM
                   (OLD.property_id, OLD.serial, OLD.provider, OLD.uid, OLD.amount, OLD.currency) THEN
                    RAISE EXCEPTION 'what payment attempt % is for stays', OLD.id
                        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
                END IF;
                RETURN NEW;
            END
            $$
            """,
            "DROP FUNCTION bookyflow_payment_attempt_step()",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER payment_attempt_step BEFORE UPDATE ON payments_paymentattempt
                FOR EACH ROW EXECUTE FUNCTION bookyflow_payment_attempt_step()
            """,
            "DROP TRIGGER payment_attempt_step ON payments_paymentattempt",
        ),
    ]
