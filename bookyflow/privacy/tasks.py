from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from bookyflow.accounts.site import site_settings
from bookyflow.privacy.anonymising import guests_anonymise_departed


@app.periodic(cron="17 2 * * *")
@app.task(queueing_lock="guests_forget", pass_context=False)
def guests_forget(timestamp: int) -> int:
    """Anonymise all guests whose last departure is as long ago as the site keeps their data.

    Returns how many.
    """
    before = timezone.now().date() - timedelta(days=site_settings().keeps_bookings_days)
    return guests_anonymise_departed(before=before)
