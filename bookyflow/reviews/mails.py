"""Mails to the administrators of the site: about new reviews, and about those that are reported.

A job is queued in the transaction of what happened, and knows ids only.
"""

from __future__ import annotations

from bookyflow.accounts.selectors import administrator_addresses
from bookyflow.core.jobs import job_queue
from bookyflow.mailing.sending import mail_send
from bookyflow.mailing.words import quoted
from bookyflow.reviews.models import Review, ReviewReport

JOBS = "bookyflow.reviews.tasks"


def review_mail_queue(review: Review) -> None:
    """Queue the mail about a new review, in the current transaction; tests have none."""
    if not review.property.is_test:
        job_queue(f"{JOBS}.review_mail", {"review_id": review.pk})


def report_mail_queue(report: ReviewReport) -> None:
    """Queue the mail about a report, in the current transaction; tests have none."""
    if not report.review.property.is_test:
        job_queue(f"{JOBS}.report_mail", {"report_id": report.pk})


def review_mail_send(*, review_id: int) -> None:
    """Tell the administrators of a review, unless it has been deleted meanwhile."""
    review = Review.objects.select_related("property").filter(pk=review_id).first()
    if review is not None:
        context = {"review": review, "words": _words(review)}
        mail_send("administrator/review", to=administrator_addresses(), context=context)


def report_mail_send(*, report_id: int) -> None:
    """Tell the administrators of a report, unless its review has been deleted meanwhile."""
    found = ReviewReport.objects.select_related("review__property").filter(pk=report_id)
    if (report := found.first()) is not None:
        context = {
            "report": report,
            "text": quoted(report.text),
            "words": _words(report.review),
        }
        mail_send("administrator/report", to=administrator_addresses(), context=context)


def _words(review: Review) -> str:
    return quoted(f"{review.title}\n\n{review.description}")
