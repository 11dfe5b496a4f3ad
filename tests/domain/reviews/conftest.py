from __future__ import annotations

import pytest

from bookyflow.accounts.models import AccessLevel
from bookyflow.core.acting import Actor
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest
from bookyflow.reviews.models import SCORES, Review
from bookyflow.reviews.rules import ReviewDraft, ReviewRules
from bookyflow.reviews.services import review_add
from tests.domain.conftest import book, stay

RULES = ReviewRules()
ANYBODY = ReviewRules(only_guests=False)


def scored(*scores: int, **changes) -> ReviewDraft:
    """A review with these scores, 9 each where none are given."""
    given = dict(zip(SCORES, scores or (9,) * 6, strict=True))
    facts = {
        "title": "Lovely",
        "description": "By the sea.",
        "pros": "Quiet",
        "author_name": "Ada Lovelace",
    }
    return ReviewDraft(**facts | changes, scores=given)


@pytest.fixture
def ada(user_with_level):
    return user_with_level(AccessLevel.REGISTERED, username="ada")


@pytest.fixture
def stayed(hotel, ada):
    """A booking of Ada, who has an account."""
    booking = book(hotel, stay(1, 1))
    Guest.objects.filter(pk=booking.guest_id).update(user=ada)
    Event.objects.all().delete()
    return booking


@pytest.fixture
def review(hotel, ada, stayed) -> Review:
    """Ada's review, published; its event is not in the log any more."""
    review = review_add(
        property_id=hotel.pk,
        draft=scored(),
        rules=RULES,
        by=Actor(user_id=ada.pk),
        address="192.0.2.1",
    )
    Event.objects.all().delete()
    return review


def events():
    return list(Event.objects.order_by("id").values_list("kind", "data"))
