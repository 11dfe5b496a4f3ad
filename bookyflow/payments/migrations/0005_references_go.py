import bookyflow.core.fields
from django.db import migrations


class Migration(migrations.Migration):
    """References are encrypted; they may be encrypted anew, and emptied with the guest they name.

    `opposite` is not reckoned yet when the trigger looks at a row. What was there in the clear is
    dropped.
    """

    dependencies = [
        ("payments", "0004_paid_before"),
    ]

    operations = [
        migrations.RemoveField("payment", "reference"),
        migrations.AddField(
            "payment",
            "reference",
            bookyflow.core.fields.EncryptedTextField(blank=True, default=""),
        ),
        migrations.RunSQL(
            """
            DROP TRIGGER payment_stays ON payments_payment;
            CREATE TRIGGER payment_stays BEFORE UPDATE OR DELETE ON payments_payment
                FOR EACH ROW
                WHEN (current_setting('bookyflow.renewing', true) IS DISTINCT FROM 'on'
                      AND current_setting('bookyflow.forgetting', true) IS DISTINCT FROM 'on')
                EXECUTE FUNCTION bookyflow_rows_stay();
            CREATE TRIGGER payment_stays_but_for_references
                BEFORE UPDATE OR DELETE ON payments_payment
                FOR EACH ROW
                WHEN (current_setting('bookyflow.renewing', true) = 'on'
                      OR current_setting('bookyflow.forgetting', true) = 'on')
                EXECUTE FUNCTION bookyflow_rows_stay('reference', 'opposite');
            """,
            """
            DROP TRIGGER payment_stays_but_for_references ON payments_payment;
            DROP TRIGGER payment_stays ON payments_payment;
            CREATE TRIGGER payment_stays BEFORE UPDATE OR DELETE ON payments_payment
                FOR EACH ROW EXECUTE FUNCTION bookyflow_rows_stay();
            """,
        ),
    ]
