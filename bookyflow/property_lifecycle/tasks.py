from __future__ import annotations

from procrastinate.contrib.django import app

from bookyflow.core.acting import SYSTEM
from bookyflow.mailing.sending import RETRY
from bookyflow.property_lifecycle.mails import approval_mail_send
from bookyflow.property_lifecycle.publication import completeness_refresh_all


@app.task(retry=RETRY, pass_context=False)
def approval_mail(property_id: int) -> None:
    """Tell the administrators of a property that waits for its approval."""
    approval_mail_send(property_id=property_id)


@app.periodic(cron="41 * * * *")
@app.task(queueing_lock="completeness_check", pass_context=False)
def completeness_check(timestamp: int) -> None:
    """Look whether properties still have, or have meanwhile, all that visitors need to see."""
    completeness_refresh_all(by=SYSTEM)
