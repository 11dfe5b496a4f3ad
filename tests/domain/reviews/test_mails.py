"""The administrators of the site are told of new reviews, and of those that are reported."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.reviews.services import review_add, review_delete, review_report
from bookyflow.reviews.tasks import report_mail, review_mail
from tests.domain.reviews.conftest import ANYBODY, scored

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(user_with_level):
    return user_with_level(90, username="boss", email="boss@site.example")


def run() -> None:
    """Do what is queued, as a worker does."""
    for job in (review_mail, report_mail):
        for queued in ProcrastinateJob.objects.filter(task_name=job.name).order_by("id"):
            job(**queued.args)


def test_a_new_review_is_told_of_once(review, boss, mailoutbox):
    run()

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (
        ["boss@site.example"],
        "New review of Harbour House: 9.00",
    )
    assert f"Review {review.pk} of Harbour House" in mail.body
    assert "is published" in mail.body
    assert "By the sea." in mail.body


def test_a_report_is_told_of(review, boss, mailoutbox):
    ProcrastinateJob.objects.all().delete()
    report = review_report(
        review_id=review.pk, property_id=review.property_id, text="It is spam.", by=SYSTEM
    )

    assert ProcrastinateJob.objects.get().args == {"report_id": report.pk}
    run()
    (mail,) = mailoutbox
    assert mail.subject == f"Review {review.pk} of Harbour House is reported"
    assert "It is spam." in mail.body


def test_nobody_is_told_of_what_is_deleted_or_refused(review, boss, mailoutbox):
    here = {"review_id": review.pk, "property_id": review.property_id, "by": SYSTEM}
    review_report(**here, text="It is spam.")
    review_delete(**here)

    run()

    assert mailoutbox == []


def test_reviews_of_test_properties_are_nobodys_business(hotel, ada):
    hotel.is_test = True
    hotel.save(update_fields=["is_test"])
    tester = Actor(user_id=ada.pk, is_test=True)

    added = review_add(property_id=hotel.pk, draft=scored(), rules=ANYBODY, by=tester)
    review_report(review_id=added.pk, property_id=hotel.pk, text="Spam.", by=SYSTEM)

    assert not ProcrastinateJob.objects.exists()
