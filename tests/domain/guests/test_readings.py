from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bookyflow.guests.models import GuestReading
from bookyflow.guests.readings import guest_reading_list, guest_readings_clear, guest_readings_note
from bookyflow.guests.services import GuestDetails
from tests.conftest import make_hotel
from tests.domain.conftest import book, stay

pytestmark = pytest.mark.django_db


def note(hotel, user, *guests, path="/bookyflow/p/1/guests"):
    guest_readings_note(
        property_id=hotel.pk, guest_ids=[one.pk for one in guests], user_id=user.pk, path=path
    )


def test_a_page_seen_twice_on_a_day_is_one_row(hotel, manager, django_assert_num_queries):
    first = book(hotel, stay(1, 1)).guest
    second = book(hotel, stay(3, 1), guest=GuestDetails("Hopper")).guest
    note(hotel, manager, first)

    with django_assert_num_queries(1):
        note(hotel, manager, first, second)
    note(hotel, manager, first, path="/bookyflow/p/1/guests/1")

    found = guest_reading_list(property_id=hotel.pk)
    assert sorted((one.guest_id, one.path, one.times) for one in found) == [
        (first.pk, "/bookyflow/p/1/guests", 2),
        (first.pk, "/bookyflow/p/1/guests/1", 1),
        (second.pk, "/bookyflow/p/1/guests", 1),
    ]
    assert {one.user for one in found} == {manager}


def test_guests_of_other_properties_are_left_out(hotel, manager):
    guest = book(hotel, stay(1, 1)).guest
    note(make_hotel(name="Hill House"), manager, guest)

    assert not GuestReading.objects.exists()


def test_what_is_old_goes(hotel, manager):
    note(hotel, manager, book(hotel, stay(1, 1)).guest)
    assert guest_readings_clear() == 0

    GuestReading.objects.update(day=timezone.now().date() - timedelta(days=366))

    assert guest_readings_clear() == 1
    assert not guest_reading_list(property_id=hotel.pk).exists()
