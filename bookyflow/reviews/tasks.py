from __future__ import annotations

from procrastinate.contrib.django import app

from bookyflow.mailing.sending import RETRY
from bookyflow.reviews.mails import report_mail_send, review_mail_send


@app.task(retry=RETRY, pass_context=False)
def review_mail(review_id: int) -> None:
    """Tell the administrators of a new review."""
    review_mail_send(review_id=review_id)


@app.task(retry=RETRY, pass_context=False)
def report_mail(report_id: int) -> None:
    """Tell the administrators that a review is said to be abusive."""
    report_mail_send(report_id=report_id)
