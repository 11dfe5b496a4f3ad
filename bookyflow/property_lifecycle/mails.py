"""Mails to the administrators of the site about properties that wait for them.

A job is queued in the transaction of what happened, and knows ids only.
"""

from __future__ import annotations

from bookyflow.accounts.selectors import administrator_addresses
from bookyflow.core.jobs import job_queue
from bookyflow.mailing.sending import mail_send
from bookyflow.properties.models import Property

JOB = "bookyflow.property_lifecycle.tasks.approval_mail"


def approval_mail_queue(prop: Property) -> None:
    """Queue the mail about a property that waits for its approval; tests have none."""
    if not prop.is_test:
        job_queue(JOB, {"property_id": prop.pk})


def approval_mail_send(*, property_id: int) -> None:
    """Tell the administrators of a property, unless it waits no more."""
    found = Property.objects.filter(pk=property_id, is_approved=False, deleted_at=None).first()
    if found is not None:
        mail_send(
            "administrator/approval", to=administrator_addresses(), context={"property": found}
        )
