from __future__ import annotations

from bookyflow.core.database import connection
from bookyflow.core.metrics import Reading
from bookyflow.mailing import sql


def mails_reading() -> Reading:
    """What is still to be sent."""
    with connection.cursor() as cursor:
        cursor.execute(sql.WAITING)
        (waiting,) = cursor.fetchone()
    yield "mails_waiting", "Mails that are to be sent, also those to be tried again later.", waiting
