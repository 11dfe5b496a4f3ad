from __future__ import annotations

from django.db import connection
from oauth2_provider.models import clear_expired
from procrastinate.contrib.django import app

from bookyflow.accounts import sql


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="tokens_clear", pass_context=False)
def tokens_clear(timestamp: int) -> None:
    """Delete tokens that have expired."""
    clear_expired()


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="attempts_clear", pass_context=False)
def attempts_clear(timestamp: int) -> int:
    """Delete counts of failed attempts whose time is over; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(sql.CLEAR_ATTEMPTS)
        return int(cursor.rowcount)
