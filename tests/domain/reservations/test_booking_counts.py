"""How many bookings a property has is kept in step with them."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from bookyflow.auditing.selectors import audit
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import Booking, BookingCount
from tests.conftest import make_hotel
from tests.domain.conftest import book, stay

pytestmark = pytest.mark.django_db


def kept(hotel) -> dict[str, int]:
    rows = BookingCount.objects.filter(property_id=hotel.pk, total__gt=0)
    return dict(rows.values_list("kind", "total"))


@pytest.fixture
def full(hotel, by):
    """A hotel with two bookings, one of them cancelled, and a block."""
    block_create(property_id=hotel.pk, stay=stay(1, 2), room_ids=[hotel.rooms.first().pk], by=by)
    book(hotel, stay(5, 2))
    cancelled = book(hotel, stay(8, 2))
    booking_cancel(property_id=hotel.pk, booking_id=cancelled.pk, by=by)
    return hotel


def test_bookings_and_blocks_are_counted_whatever_became_of_them(full, manager):
    other = make_hotel(manager, name="Other")
    book(other, stay(5, 2))

    assert kept(full) == {"booking": 2, "block": 1}
    assert kept(other) == {"booking": 1}


def test_what_is_deleted_or_corrected_by_hand_is_counted_so(full, manager):
    other = make_hotel(manager, name="Other")
    first, second = Booking.objects.filter(property=full, kind="booking").order_by("pk")
    Booking.objects.filter(pk=first.pk).update(property=other)
    assert (kept(full), kept(other)) == ({"booking": 1, "block": 1}, {"booking": 1})

    with transaction.atomic():
        Booking.objects.filter(pk=second.pk)._raw_delete("default")
        assert kept(full) == {"block": 1}
        transaction.set_rollback(True)  # it has lines, which would be of nobody
    assert kept(full) == {"booking": 1, "block": 1}


def test_there_are_never_less_than_none(full):
    BookingCount.objects.update(total=0)
    some = Booking.objects.filter(property=full)

    with pytest.raises(IntegrityError, match="booking_count_not_negative"), transaction.atomic():
        some._raw_delete("default")


def test_what_was_there_before_is_counted_by_the_migration(full):
    right = kept(full)
    BookingCount.objects.update(total=70)

    with connection.schema_editor() as editor:
        import_module("bookyflow.reservations.migrations.0008_count_bookings").count(apps, editor)

    assert kept(full) == right


@pytest.mark.django_db(transaction=True)
def test_the_audit_tells_of_a_wrong_count(full):
    def broken():
        return {one.claim: one.broken for one in audit() if one.broken}

    assert broken() == {}
    BookingCount.objects.update(total=7)
    assert broken() == {"the counts of bookings are those of the bookings": 2}
