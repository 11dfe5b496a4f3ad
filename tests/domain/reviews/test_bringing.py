"""Reviews that were written elsewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.reviews.models import Review
from bookyflow.reviews.services import review_bring
from bookyflow.reviews.wording import review_as_text
from tests.domain.conftest import at_once
from tests.domain.reviews.conftest import RULES, scored

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(hotel, by):
    def do(rules=RULES, **changes):
        return review_bring(property_id=hotel.pk, draft=scored(**changes), rules=rules, by=by)

    return do


def test_it_has_an_author_without_an_account(bring):
    review = bring(pros="", cons="")

    kept = Review.objects.get()
    assert kept == review
    assert (kept.user_id, kept.booking_id, kept.address_hash) == (None, None, None)
    assert (kept.author_name, kept.is_published, str(kept.overall)) == (
        "Ada Lovelace",
        True,
        "9.00",
    )
    assert Event.objects.get().data == {"rating_id": review.pk, "published": True}
    assert ProcrastinateJob.objects.filter(task_name__endswith="review_mail").count() == 1


def test_brought_again_it_is_the_same(bring):
    first = bring()

    assert bring(title=" Lovely ") == first
    for change in ({"author_name": "Grace"}, {"title": "Fine"}, {"cons": "Gulls"}):
        assert bring(**change) != first
    assert Event.objects.count() == Review.objects.count() == 4


def test_what_a_guest_wrote_here_is_another(bring, review):
    assert bring() != review


@pytest.mark.django_db(transaction=True)
def test_brought_twice_at_once_it_is_one(bring):
    at_once(2, lambda _: bring())

    assert Review.objects.count() == 1


@pytest.mark.parametrize(
    ("rules", "change", "key"),
    [
        (replace(RULES, enabled=False), {}, "reviews_off"),
        (RULES, {"title": " "}, "validation_failed"),
        (RULES, {"description": ""}, "validation_failed"),
        (RULES, {"author_name": ""}, "validation_failed"),
        (RULES, {"pros": "x" * 5001}, "validation_failed"),
    ],
)
def test_refuses_what_is_no_review(bring, rules, change, key):
    with pytest.raises(DomainError) as refused:
        bring(rules, **change)

    assert refused.value.key == key
    assert not Review.objects.exists()


def test_the_site_may_look_at_it_first(bring):
    assert not bring(replace(RULES, autopublish=False)).is_published


def test_the_database_wants_title_and_text(bring):
    review = bring()
    for name in ("title", "description"):
        with pytest.raises(IntegrityError, match="review_has_its_texts"), transaction.atomic():
            Review.objects.filter(pk=review.pk).update(**{name: ""})


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"cons": "Gulls"}, "Review: By the sea.\nPros: Quiet\nCons: Gulls"),
        ({"pros": ""}, "Review: By the sea."),
    ],
)
def test_all_texts_in_one(bring, change, text):
    assert review_as_text(bring(**change)) == text
