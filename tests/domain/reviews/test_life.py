from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.accounts.models import AccessLevel
from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.core.errors import DomainError
from bookyflow.reviews.models import (
    SCORES,
    Review,
    ReviewConfirmation,
    ReviewReply,
    ReviewReport,
)
from bookyflow.reviews.rules import ReviewRules, initials
from bookyflow.reviews.selectors import (
    ReviewSummary,
    author_shown,
    report_list,
    review_list,
    review_one,
    review_summary,
)
from bookyflow.reviews.services import (
    review_add,
    review_confirm,
    review_delete,
    review_publish,
    review_reply,
    review_report,
    review_unpublish,
)
from tests.conftest import make_hotel
from tests.domain.conftest import at_once
from tests.domain.reviews.conftest import ANYBODY, events, scored

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(hotel, review):
    """Where the review is, as arguments."""
    return {"review_id": review.pk, "property_id": hotel.pk}


def key_of(work, **arguments) -> str:
    before = events()
    with pytest.raises(DomainError) as refusal:
        work(**arguments)
    assert events() == before
    return refusal.value.key


def test_a_review_is_hidden_and_shown_again(review, place, by):
    for work in (review_publish, review_unpublish, review_unpublish, review_publish):
        work(**place, by=by)

    assert events() == [
        ("review_unpublished", {"rating_id": review.pk}),
        ("review_published", {"rating_id": review.pk}),
    ]
    assert Review.objects.get().is_published


def test_the_property_answers_once_and_may_correct_it(review, place, by, stranger):
    review_reply(**place, text=" Thank you. ", by=by)
    review_reply(**place, text="Thank you.", by=by)
    reply = review_reply(**place, text="Thanks!", by=Actor(user_id=stranger.pk))

    assert ReviewReply.objects.get() == reply
    assert (reply.text, reply.author_id) == ("Thanks!", stranger.pk)
    assert events() == [("review_replied", {"rating_id": review.pk})] * 2


@pytest.mark.parametrize("text", ["", " ", "x" * 5001])
def test_answers_and_reports_need_a_text(place, by, text):
    for work in (review_reply, review_report):
        assert key_of(work, **place, text=text, by=by) == "validation_failed"


def test_people_agree_or_not_once_each(hotel, review, place, ada):
    user = Actor(user_id=ada.pk)
    review_confirm(**place, agrees=True, by=user, address="192.0.2.1")
    review_confirm(**place, agrees=False, by=user, address="192.0.2.2")
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.3"):
        review_confirm(**place, agrees=True, by=SYSTEM, address=address)

    shown = review_one(**place)
    assert (shown.agreeing, shown.disagreeing) == (2, 1)
    kept = ReviewConfirmation.objects.values_list("user_id", "address_hash")
    assert sum(1 for user_id, address in kept if user_id and address is None) == 1
    assert not any("192.0.2" in (address or "") for _, address in kept)
    assert events() == []


def test_nobody_at_all_cannot_agree(place):
    assert key_of(review_confirm, **place, agrees=True, by=SYSTEM) == "not_authenticated"


def test_abuse_is_reported(place, review, by):
    review_report(**place, text="Insulting.", by=SYSTEM)
    review_report(**place, text="Untrue.", by=by)

    assert [(r.review, r.text, r.user_id) for r in report_list()] == [
        (review, "Untrue.", by.user_id),
        (review, "Insulting.", None),
    ]


def test_a_deleted_review_takes_all_of_it_along(place, review, by):
    review_reply(**place, text="Thanks!", by=by)
    review_confirm(**place, agrees=True, by=by)
    review_report(**place, text="Untrue.", by=by)

    review_delete(**place, by=by)

    for model in (Review, ReviewReply, ReviewConfirmation, ReviewReport):
        assert not model.objects.exists()
    assert events()[-1] == ("review_deleted", {"rating_id": review.pk})


ALL = [
    (review_publish, {}),
    (review_unpublish, {}),
    (review_delete, {}),
    (review_reply, {"text": "x"}),
    (review_confirm, {"agrees": True}),
    (review_report, {"text": "x"}),
]


@pytest.mark.parametrize(("work", "more"), ALL)
def test_another_propertys_review_is_not_found(manager, review, by, work, more):
    other = make_hotel(manager, name="Other")

    key = key_of(work, review_id=review.pk, property_id=other.pk, by=by, **more)

    assert key == "review_not_found"


@pytest.mark.parametrize(("work", "more"), ALL[-2:])
def test_visitors_do_not_reach_what_is_not_published(place, by, work, more):
    Review.objects.update(is_published=False)

    assert key_of(work, **place, by=by, **more) == "review_not_found"


def test_visitors_see_what_is_published(hotel, review, place, by):
    assert list(review_list(property_id=hotel.pk)) == [review]

    review_unpublish(**place, by=by)

    assert list(review_list(property_id=hotel.pk)) == []
    assert list(review_list(property_id=hotel.pk, published_only=False)) == [review]
    with pytest.raises(DomainError) as missing:
        review_one(review_id=0, property_id=hotel.pk)
    assert missing.value.key == "review_not_found"


def test_the_summary_counts_published_reviews_of_many_properties_in_one_query(
    hotel, manager, review, user_with_level
):
    other, empty = (make_hotel(manager, name=name) for name in ("Other", "Empty"))

    def add(prop, *scores: int, shown: bool = True):
        user = user_with_level(AccessLevel.REGISTERED)
        added = review_add(
            property_id=prop.pk,
            draft=scored(*scores),
            rules=ANYBODY,
            by=Actor(user_id=user.pk),
        )
        Review.objects.filter(pk=added.pk).update(is_published=shown)

    add(hotel, 8, 9, 10, 7, 8, 9)
    add(hotel, 1, 1, 1, 1, 1, 1, shown=False)
    add(other, 10, 10, 10, 10, 10, 10)
    add(other, 10, 10, 10, 10, 10, 10)
    add(other, 9, 10, 10, 10, 10, 10)
    with CaptureQueriesContext(connection) as queries:
        found = review_summary([hotel.pk, other.pk, empty.pk])

    assert len(queries) == 1
    assert set(found) == {hotel.pk, other.pk}
    assert found[hotel.pk] == ReviewSummary(
        count=2,
        overall=Decimal("8.75"),
        scores=dict(
            zip(SCORES, map(Decimal, ("8.50", "9.00", "9.50", "8.00", "8.50", "9.00")), strict=True)
        ),
    )
    # The means of 10.00, 10.00, 9.83 and of 10, 10, 9.
    assert str(found[other.pk].overall) == "9.94"
    assert str(found[other.pk].scores["hospitality"]) == "9.67"


def test_names_can_be_shown_as_initials(review):
    assert author_shown(review, ReviewRules()) == "Ada Lovelace"
    assert author_shown(review, ReviewRules(initials=True)) == "A. L."
    assert initials("") == ""


@pytest.mark.django_db(transaction=True)
def test_at_once_one_address_agrees_once(place):
    def work(n: int):
        return review_confirm(**place, agrees=n % 2 == 0, by=SYSTEM, address="192.0.2.9")

    done = at_once(4, work)

    assert all(isinstance(one, ReviewConfirmation) for one in done)
    assert ReviewConfirmation.objects.count() == 1
