from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest
from django.utils import timezone

from bookyflow.accounts.models import AccessLevel, KeyPair
from bookyflow.availability.models import Occupancy
from bookyflow.billing.invoicing import invoice_issue
from bookyflow.billing.models import InvoiceStatus
from bookyflow.billing.payments import payment_record, payment_refund
from bookyflow.billing.selectors import balance, balances, payment_list
from bookyflow.channels.locking import FEW, properties_locked
from bookyflow.channels.models import ChannelProperty, ChannelReservation
from bookyflow.channels.reservations import Cancellation, reservations_cancel
from bookyflow.channels.selectors import reachable_through
from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.properties.models import KeyProperty, PropertySettings
from bookyflow.reservations.folio_charges import service_add
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import Booking, BookingState
from tests.conftest import make_hotel
from tests.domain.channels.conftest import keys
from tests.domain.conftest import at_once, remote, stay

pytestmark = pytest.mark.django_db


def test_a_reservation_is_booked_with_its_channel(add, hotel, linked):
    (outcome,) = add(remote("R1", hotel, stay(3, 2), guests=2, already_paid=Decimal("57.50")))

    (booking,) = outcome.bookings
    booking.refresh_from_db()
    assert (booking.total, booking.deposit_required) == (Decimal(200), Decimal("57.50"))
    assert booking.state == BookingState.CONFIRMED
    assert booking.number != "R1"
    assert booking.channel_stay.reservation.remote_id == "R1"
    assert {event.channel_id for event in Event.objects.all()} == {linked.pk}


def test_an_unpaid_one_is_provisional_with_all_due(add, hotel):
    (outcome,) = add(remote("R1", hotel, stay(3, 2)))

    assert outcome.bookings[0].state == BookingState.PROVISIONAL
    assert outcome.bookings[0].deposit_required == 200


def test_more_than_the_price_may_be_paid_and_the_balance_is_negative(add, hotel, linked):
    (outcome,) = add(remote("R1", hotel, stay(3, 2), already_paid=Decimal(250)))
    (booking,) = outcome.bookings

    assert (booking.total, booking.paid, balance(booking)) == (200, 250, -50)
    assert (booking.state, booking.deposit_required) == (BookingState.CONFIRMED, 200)
    assert [one.balance for one in balances(property_id=hotel.pk)] == [-50]
    entries = payment_list(booking_id=booking.pk).values_list("kind", "amount", "reference")
    assert list(entries) == [("payment", 250, "R1")]


def test_a_free_stay_may_be_paid_for(add, hotel):
    (outcome,) = add(remote("R1", hotel, stay(3, 2), price=Decimal(0), already_paid=Decimal(5)))

    assert balance(outcome.bookings[0]) == -5
    assert outcome.bookings[0].state == BookingState.CONFIRMED


def test_what_was_paid_beyond_the_price_pays_what_is_added_later(add, hotel, by):
    (outcome,) = add(remote("R1", hotel, stay(3, 2), already_paid=Decimal(250)))
    which = {"property_id": hotel.pk, "booking_id": outcome.bookings[0].pk}
    first = invoice_issue(**which, by=by)
    service_add(**which, description="Sauna", price=Decimal(30), quantity=1, by=by)
    second = invoice_issue(**which, by=by)

    assert [first.status, second.status] == [InvoiceStatus.PAID] * 2
    assert balance(Booking.objects.get()) == -20
    payment_record(**which, amount=Decimal(1), method="cash", by=by)
    assert balance(Booking.objects.get()) == -21


def test_all_that_was_paid_can_be_given_back_after_a_cancellation(add, cancel, hotel, by):
    (outcome,) = add(remote("R1", hotel, stay(3, 2), already_paid=Decimal(250)))
    which = {"property_id": hotel.pk, "booking_id": outcome.bookings[0].pk}
    invoice_issue(**which, by=by)

    cancel("R1")
    before = balance(Booking.objects.get())
    payment_refund(**which, amount=Decimal(250), method="cash", by=by)

    assert (before, balance(Booking.objects.get())) == (-250, 0)


def test_a_free_stay_is_a_booking_and_no_block(add, hotel):
    (outcome,) = add(remote("R1", hotel, stay(3, 2), price=Decimal(0)))

    assert (outcome.bookings[0].kind, outcome.bookings[0].total) == ("booking", 0)
    assert outcome.bookings[0].state == BookingState.CONFIRMED


def test_sent_again_it_answers_with_what_it_has(add, hotel):
    (first,) = add(remote("R1", hotel, stay(3, 2)))
    (again,) = add(remote("R1", hotel, stay(3, 2)))

    assert [b.pk for b in again.bookings] == [b.pk for b in first.bookings]
    assert Booking.objects.count() == 1
    assert Event.objects.filter(kind="booking_added").count() == 1


def test_sent_twice_in_one_call_it_is_booked_once(add, hotel):
    outcomes = add(remote("R1", hotel, stay(3, 2)), remote("R1", hotel, stay(3, 2)))

    assert keys(outcomes) == ["ok", "ok"]
    assert Booking.objects.count() == 1


def test_other_content_under_the_same_id_is_refused(add, hotel):
    add(remote("R1", hotel, stay(3, 2)))

    assert keys(add(remote("R1", hotel, stay(4, 2)))) == ["reservation_differs"]


def test_content_that_differs_in_capitals_differs(add, hotel):
    one = remote("R1", hotel, stay(3, 2))
    add(one)

    assert keys(add(replace(one, comments="late"))) == ["reservation_differs"]
    assert keys(add(replace(one, referrer="OTA"))) == ["reservation_differs"]


def test_equal_amounts_are_equal_however_they_are_written(add, hotel):
    (first,) = add(remote("R1", hotel, stay(3, 2), price=Decimal("240.00")))

    for price in ("240", "240.0", "240.000", "2.4E+2"):
        (again,) = add(remote("R1", hotel, stay(3, 2), price=Decimal(price)))
        assert again.bookings == first.bookings, price


def test_texts_are_equal_whatever_their_margins_and_the_case_of_the_address(add, hotel):
    one = replace(remote("R1", hotel, stay(3, 2)), comments="Late")
    (first,) = add(one)

    guest = replace(one.guest, email=f" {one.guest.email.upper()} ", surname="Lovelace ")
    (again,) = add(replace(one, guest=guest, comments=" Late", referrer="ota "))

    assert again.bookings == first.bookings


def test_stays_in_another_order_answer_in_the_order_in_which_they_are_sent_now(add, hotel):
    one = remote("R1", hotel, stay(8, 2))
    stays = (one.stays[0], replace(one.stays[0], stay=stay(3, 1)), replace(one.stays[0], rooms=2))
    (first,) = add(replace(one, stays=stays))

    (again,) = add(replace(one, stays=stays[::-1]))
    (other,) = add(replace(one, stays=stays[:2]))

    assert again.bookings == first.bookings[::-1]
    assert [b.arrival for b in again.bookings] == [one.stay.arrival for one in stays[::-1]]
    assert keys([other]) == ["reservation_differs"]


def test_the_number_of_equal_stays_counts(add, hotel):
    one = remote("R1", hotel, stay(3, 2))
    add(replace(one, stays=one.stays * 2))

    assert keys(add(one)) == ["reservation_differs"]


def test_a_cancelled_id_is_booked_anew_and_its_history_stays(add, cancel, hotel):
    (first,) = add(remote("R1", hotel, stay(3, 2)))
    cancel("R1")

    (again,) = add(remote("R1", hotel, stay(3, 2)))
    (repeated,) = add(remote("R1", hotel, stay(3, 2)))
    (differs,) = add(remote("R1", hotel, stay(4, 2)))

    assert again.bookings == repeated.bookings != first.bookings
    assert keys([differs]) == ["reservation_differs"]
    states = {booking.channel_stay.number: booking.state for booking in Booking.objects.all()}
    assert states == {100: "cancelled", 0: "provisional"}
    assert {booking.channel_stay.reservation.remote_id for booking in Booking.objects.all()} == {
        "R1"
    }
    assert keys(cancel("R1")) == ["ok"]
    assert keys(add(remote("R1", hotel, stay(5, 2)))) == ["ok"]
    assert Booking.objects.filter(channel_stay__number__gte=100).count() == 2


def test_one_that_does_not_fit_any_more_stays_cancelled(add, cancel, hotel):
    add(remote("R1", hotel, stay(3, 2)))
    cancel("R1")

    assert keys(add(remote("R1", hotel, stay(3, 2), rooms=9))) == ["no_room_available"]
    assert ChannelReservation.objects.get().cancelled_at is not None
    assert Booking.objects.get().channel_stay.number == 0


def test_what_the_property_cancelled_is_not_answered_as_booked(add, cancel, hotel, by):
    reservation = remote("R1", hotel, stay(3, 2))
    (outcome,) = add(reservation)
    (booking,) = outcome.bookings
    booking_cancel(booking_id=booking.pk, property_id=hotel.pk, by=by)

    assert keys(add(reservation)) == ["reservation_cancelled"]
    assert keys(cancel("R1")) == ["ok"]


def test_one_that_fails_does_not_stop_the_others(add, hotel):
    outcomes = add(
        remote("R1", hotel, stay(3, 2), rooms=2),
        remote("R2", hotel, stay(3, 2), rooms=2),
        remote("R3", hotel, stay(3, 2)),
    )

    assert keys(outcomes) == ["ok", "no_room_available", "ok"]
    assert Occupancy.objects.count() == 3
    assert not ChannelReservation.objects.filter(remote_id="R2").exists()


def test_all_stays_of_a_reservation_or_none(add, hotel):
    one = remote("R1", hotel, stay(3, 2))
    too_much = replace(one.stays[0], rooms=4)

    assert keys(add(replace(one, stays=(one.stays[0], too_much)))) == ["no_room_available"]
    assert not Booking.objects.exists()


def test_each_stay_becomes_a_booking_in_order(add, hotel):
    one = remote("R1", hotel, stay(3, 2))
    second = replace(one.stays[0], stay=stay(8, 1))

    (outcome,) = add(replace(one, stays=(one.stays[0], second)))

    assert [b.arrival for b in outcome.bookings] == [stay(3, 2).arrival, stay(8, 1).arrival]


def test_a_property_that_the_channel_does_not_reach_is_not_found(add, manager, stranger):
    unlinked = make_hotel(manager, name="Unlinked")
    foreign = make_hotel(stranger, name="Foreign")

    outcomes = add(remote("R1", unlinked, stay(3, 2)), remote("R2", foreign, stay(3, 2)))

    assert keys(outcomes) == ["property_not_found", "property_not_found"]


def test_a_property_that_is_open_to_any_channel_is_reached(add, manager):
    shared = make_hotel(manager, name="Open")
    shared.settings.api_privacy_off = True
    shared.settings.save()

    assert keys(add(remote("R1", shared, stay(3, 2)))) == ["ok"]


def test_room_types_by_name(add, hotel):
    outcomes = add(
        remote("R1", hotel, stay(3, 2), room_type_name="Double"),
        remote("R2", hotel, stay(3, 2), room_type_name="Igloo"),
        remote("R3", hotel, stay(3, 2), room_type_id=999_999),
        remote("R4", hotel, stay(3, 2), guests=3),
    )

    assert keys(outcomes) == ["ok"] + 3 * ["no_room_available"]


def test_ids_are_compared_as_text(add, cancel, hotel):
    add(remote("0", hotel, stay(3, 2)), remote("abc", hotel, stay(3, 2)))

    assert keys(cancel("00", "ABC")) == ["booking_not_found", "booking_not_found"]
    assert Occupancy.objects.count() == 2


def test_cancelling_all_stays_and_again(add, cancel, hotel):
    one = remote("R1", hotel, stay(3, 2))
    second = replace(one.stays[0], stay=stay(8, 1))
    add(replace(one, stays=(one.stays[0], second)))

    assert keys(cancel("R1")) == ["ok"]
    assert keys(cancel("R1", "R2")) == ["ok", "booking_not_found"]
    assert set(Booking.objects.values_list("state", flat=True)) == {"cancelled"}
    assert not Occupancy.objects.exists()


def test_nothing_is_cancelled_when_one_stay_cannot_be(add, cancel, hotel):
    one = remote("R1", hotel, stay(3, 2))
    second = replace(one.stays[0], stay=stay(8, 1))
    (outcome,) = add(replace(one, stays=(one.stays[0], second)))
    Booking.objects.filter(pk=outcome.bookings[1].pk).update(state=BookingState.CHECKED_IN)

    assert keys(cancel("R1")) == ["booking_state"]
    assert Occupancy.objects.count() == 2


def test_a_channel_cannot_cancel_what_another_booked(add, linked, stranger, hotel, reach):
    add(remote("R1", hotel, stay(3, 2)))
    other = linked.__class__.objects.create(user=stranger, name="ota")
    ChannelProperty.objects.create(channel=other, property=hotel)

    outcomes = reservations_cancel(
        cancellations=[Cancellation("R1")], channel_id=other.pk, reach=reach, by=SYSTEM
    )

    assert keys(outcomes) == ["booking_not_found"]


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_for_the_last_room(add, hotel):
    hotel.rooms.exclude(number="1").delete()

    results = at_once(50, lambda n: keys(add(remote(f"R{n}", hotel, stay(3, 2))))[0])

    assert sorted(results) == ["no_room_available"] * 49 + ["ok"]
    assert Occupancy.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_reservation_sent_many_times_at_once_is_booked_once(add, hotel):
    results = at_once(8, lambda n: add(remote("R1", hotel, stay(3, 2)))[0].bookings[0].pk)

    assert len(set(results)) == 1
    assert Booking.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_reservations_over_two_properties_in_any_order_never_deadlock(add, manager, hotel, linked):
    other = make_hotel(manager, name="Other")
    ChannelProperty.objects.create(channel=linked, property=other)

    def work(n):
        pair = [remote(f"A{n}", hotel, stay(n, 1)), remote(f"B{n}", other, stay(n, 1))]
        return keys(add(*(pair if n % 2 else reversed(pair))))

    assert at_once(12, work) == [["ok", "ok"]] * 12


@pytest.mark.parametrize("is_staff", [True, False])
@pytest.mark.parametrize("is_linked", [True, False])
@pytest.mark.parametrize("is_listed", [True, False])
@pytest.mark.parametrize("changed", ["", "is_test", "deleted_at", "open", "super"])
def test_what_is_locked_is_what_the_channel_reaches(
    hotel, linked, reach, manager, is_staff, is_linked, is_listed, changed
):
    key_pair = KeyPair.objects.create(user=manager, name="site")
    key = replace(reach, key_id=key_pair.pk, all_properties=False)
    if not is_staff:
        hotel.staff.all().delete()
    if not is_linked:
        linked.links.all().delete()
    if is_listed:
        KeyProperty.objects.create(key_id=key_pair.pk, property=hotel)
    if changed == "open":
        PropertySettings.objects.filter(property=hotel).update(api_privacy_off=True)
    elif changed == "super":
        key = replace(key, level=AccessLevel.SUPER_MANAGER)
    elif changed:
        hotel.__dict__[changed] = True if changed == "is_test" else timezone.now()
        hotel.save()

    for one, count in product((key, replace(key, all_properties=True)), (2, FEW + 1)):
        known = reachable_through(reach=one, channel=linked.pk)
        wanted = set(range(hotel.pk, hotel.pk + count))
        locked = properties_locked(reach=one, channel_id=linked.pk, wanted=wanted)

        assert set(locked) == set(known.values_list("pk", flat=True))
        assert all(prop == hotel for prop in locked.values())


def test_a_booking_is_as_it_is_kept(add, hotel):
    (outcome,) = add(remote("R1", hotel, stay(3, 2), already_paid=Decimal("57.50")))

    (booking,) = outcome.bookings
    kept = Booking.objects.get()
    for field in Booking._meta.concrete_fields:
        assert getattr(kept, field.attname) == getattr(booking, field.attname), field.name
    assert (kept.booked_for(), kept.referrer) == (booking.booked_for(), booking.referrer)
    (line,) = kept.lines.all()
    assert (line.gross, line.values, line.name) == (200, {"by": "others"}, "")
    assert [step.at for step in kept.history.all()] == [booking.created_at]
    assert kept.channel_stay == booking.channel_stay
