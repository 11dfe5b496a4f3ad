from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from oauth2_provider.models import clear_expired
from procrastinate.contrib.django import app

from bookyflow.accounts import sql
from bookyflow.core.database import connection


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


@app.periodic(cron="29 * * * *")
@app.task(queueing_lock="sessions_clear", pass_context=False)
def sessions_clear(timestamp: int) -> int:
    """Delete sessions that have ended; returns how many."""
    now = timezone.now()
    before = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    UserSession.objects.filter(created_at__lt=before).delete()
    deleted, _ = Session.objects.filter(expire_date__lt=now).delete()
    return deleted
