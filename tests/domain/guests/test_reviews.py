from __future__ import annotations

import pytest

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.guests.models import GuestReview
from bookyflow.guests.reviews import guest_review_delete, guest_review_save
from bookyflow.guests.selectors import guest_review_list
from tests.domain.conftest import book, stay

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest(hotel):
    guest = book(hotel, stay(1, 1)).guest
    Event.objects.all().delete()
    return guest


def events():
    return list(Event.objects.order_by("id").values_list("kind", "data"))


def test_each_author_has_one_text(hotel, guest, by, stranger):
    other = Actor(user_id=stranger.pk)
    for text, author in (("Kind.", by), ("Loud.", other), (" Very kind. ", by)):
        guest_review_save(guest_id=guest.pk, property_id=hotel.pk, text=text, by=author)

    found = guest_review_list(guest_id=guest.pk, property_id=hotel.pk)
    assert [(r.author_id, r.text) for r in found] == [
        (by.user_id, "Very kind."),
        (stranger.pk, "Loud."),
    ]
    assert events() == [("guest_updated", {"guest_uid": guest.pk, "fields": ["reviews"]})] * 3
    guest.refresh_from_db()
    assert guest.version == 4


def test_the_same_text_is_no_change(hotel, guest, by):
    for _ in range(2):
        guest_review_save(guest_id=guest.pk, property_id=hotel.pk, text="Kind.", by=by)

    assert len(events()) == 1


@pytest.mark.parametrize("text", ["", "  ", "x" * 5001])
def test_a_text_is_needed(hotel, guest, by, text):
    with pytest.raises(DomainError) as refused:
        guest_review_save(guest_id=guest.pk, property_id=hotel.pk, text=text, by=by)

    assert (refused.value.key, list(refused.value.fields)) == ("validation_failed", ["text"])
    assert events() == []


def test_a_text_is_removed_once(hotel, guest, by):
    review = guest_review_save(guest_id=guest.pk, property_id=hotel.pk, text="Kind.", by=by)
    place = {"review_id": review.pk, "guest_id": guest.pk, "property_id": hotel.pk, "by": by}

    guest_review_delete(**place)
    with pytest.raises(DomainError) as refused:
        guest_review_delete(**place)

    assert refused.value.key == "not_found"
    assert not GuestReview.objects.exists()
    assert len(events()) == 2
