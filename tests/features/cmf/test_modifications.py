"""Reservations are sent again as they are now, and some of their stays are cancelled."""

from __future__ import annotations

import json
from decimal import Decimal
from urllib.parse import urlencode

import pytest

from bookyflow.availability.models import Allotment
from bookyflow.billing.payments import payment_refund
from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.reservations.lifecycle import booking_check_in
from bookyflow.reservations.models import Booking
from tests.features.cmf.conftest import (
    BASE,
    FORM,
    day,
    refusal,
    reservation,
    sent,
    shown,
    stay_info,
    value,
)

pytestmark = pytest.mark.django_db

ADD = BASE + "reservations/add"
MODIFY = BASE + "reservations/modify"
CANCEL = BASE + "reservations/cancel"


@pytest.fixture
def brought(ota):
    """Bring in reservations; the ids of their bookings."""

    def call(*reservations):
        found = value(ota.put(ADD, sent(*reservations)))["successful_bookings"]
        return [link["contract_uid"] for one in found.values() for link in one["links"]]

    return call


def test_changes_what_it_can_and_says_why_not_the_rest(ota, hotel, brought):
    (pk,) = brought(reservation("70012345", stay_info(hotel, already_paid="57.00")))
    changed = stay_info(hotel, 4, 6, channel_price="760.00", already_paid="76.00")

    answer = ota.put(
        MODIFY, sent(reservation("70012345", changed), reservation("70012346", changed))
    )

    booking = Booking.objects.get()
    assert value(answer) == shown(
        "put_reservations_modify",
        link_id=pk,
        contract_uid=pk,
        booking_number=booking.number,
        property_uid=hotel.pk,
        date_from=day(4),
        date_to=day(6),
        property_name="Harbour House",
    )
    assert (booking.total, booking.paid, booking.state) == (760, 76, "confirmed")
    told = Event.objects.order_by("id").values_list("kind", flat=True)
    assert list(told)[-2:] == ["booking_modified", "payment_received"]


def test_takes_a_form_with_json_text_and_what_is_not_named_stays(ota, hotel, brought):
    brought(reservation("R1", stay_info(hotel, already_paid="57.00")))
    body = sent(reservation("R1", stay_info(hotel, channel_price="100.00")))["reservations"]

    value(ota.put(MODIFY, urlencode({"reservations": json.dumps(body)}), content_type=FORM))

    booking = Booking.objects.get()
    assert (booking.total, booking.paid, booking.remarks) == (100, 57, "Late arrival")


def test_a_repeated_call_answers_the_same_and_changes_nothing(ota, hotel, brought):
    brought(reservation("R1", stay_info(hotel)))
    body = sent(reservation("R1", stay_info(hotel, 5, 6)))

    first = value(ota.put(MODIFY, body, HTTP_IDEMPOTENCY_KEY="one"))
    replayed = ota.put(MODIFY, body, HTTP_IDEMPOTENCY_KEY="one")
    again = value(ota.put(MODIFY, body))

    assert replayed["Idempotency-Replayed"] == "true"
    assert first == value(replayed) == again
    assert Booking.objects.get().version == 2


def to_no_room(hotel, pk):
    return stay_info(hotel, room_quantity=4)


def to_closed_nights(hotel, pk):
    room_type = hotel.rooms.first().room_type
    Allotment.objects.create(property=hotel, room_type=room_type, date=day(9), stop_sell=True)
    return stay_info(hotel, 9, 9)


def to_the_past(hotel, pk):
    return stay_info(hotel, -5, -4)


def of_a_guest_who_is_there(hotel, pk):
    booking_check_in(booking_id=pk, property_id=hotel.pk, by=SYSTEM, any_day=True)
    return stay_info(hotel, 9, 9)


def with_money_that_was_given_back(hotel, pk):
    which = {"property_id": hotel.pk, "booking_id": pk}
    payment_refund(**which, amount=Decimal(57), method="cash", by=SYSTEM)
    return stay_info(hotel, 9, 9, already_paid="0")


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (to_no_room, "no_room_available"),
        (to_closed_nights, "stop_sell"),
        (to_the_past, "dates_in_past"),
        (of_a_guest_who_is_there, "booking_state"),
        (with_money_that_was_given_back, "refund_exceeds_paid"),
    ],
)
def test_a_change_that_cannot_be_is_a_conflict_and_all_stays_as_it_was(
    ota, hotel, brought, change, key
):
    (pk,) = brought(reservation("R1", stay_info(hotel, already_paid="57.00")))
    wanted = change(hotel, pk)
    before = Booking.objects.values().get()

    response = ota.put(MODIFY, sent(reservation("R1", wanted)))

    assert refusal(response) == (409, key, [])
    assert response.json()["results"]["R1"]["key"] == key
    assert Booking.objects.values().get() == before


def test_a_cancelled_reservation_is_not_changed(ota, hotel, brought):
    brought(reservation("R1", stay_info(hotel)))
    value(ota.put(CANCEL, {"reservation_ids": ["R1"]}))

    response = ota.put(MODIFY, sent(reservation("R1", stay_info(hotel, 9, 9))))

    assert refusal(response) == (409, "reservation_cancelled", [])


def test_unknown_reservations_are_told_under_results(ota, hotel):
    response = ota.put(MODIFY, sent(reservation("R1", stay_info(hotel))))

    assert refusal(response) == (409, "modifications_refused", [])
    assert response.json()["results"]["R1"]["key"] == "booking_not_found"


@pytest.mark.parametrize(
    ("stays", "field"),
    [
        ([{"stay_id": "a"}, {"stay_id": "a"}], "stay_infos"),
        ([{"stay_id": "a"}, {}], "stay_infos"),
        ([{"stay_id": []}], "stay_infos[0].stay_id"),
        ([{"stay_id": "x" * 256}], "stay_infos[0].stay_id"),
        ([{"already_paid": -1}], "stay_infos[0].already_paid"),
        ([{"channel_price": "1.005"}], "stays[0].price"),
        ([], "stay_infos"),
    ],
)
def test_refuses_what_is_no_whole_reservation(ota, hotel, brought, stays, field):
    brought(reservation("R1", stay_info(hotel)))
    bad = reservation("R1", *(stay_info(hotel, **one) for one in stays))

    response = ota.put(MODIFY, sent(bad))

    assert (response.status_code, response.json()["key"]) == (400, "validation_failed")
    assert Booking.objects.get().version == 1


def test_numbers_name_stays_as_texts_do(ota, hotel, brought):
    stays = [stay_info(hotel, stay_id=71), stay_info(hotel, 8, 9, stay_id=72)]
    one, two = brought(reservation("R1", *stays))

    found = value(ota.put(MODIFY, sent(reservation("R1", stays[1] | {"stay_id": "72"}))))

    (link,) = found["successful_modifications"]["R1"]["links"]
    assert (link["contract_uid"], link["stay_id"]) == (two, "72")
    assert Booking.objects.get(pk=one).state == "cancelled"


def test_cancels_some_stays_and_a_whole_reservation_in_one_call(ota, hotel, brought):
    one, two = brought(reservation("R1", stay_info(hotel), stay_info(hotel, 8, 9)))
    (three,) = brought(reservation("R2", stay_info(hotel)))
    body = {
        "reservation_ids": ["R2"],
        "stays": [{"remote_reservation_id": "R1", "stay_ids": [2]}],
    }

    found = value(ota.put(CANCEL, body))
    text = urlencode({"stays": json.dumps(body["stays"])})
    again = value(ota.put(CANCEL, text, content_type=FORM))

    assert [line.split()[1] for line in found["cancellations"]] == [str(three), str(two)]
    assert again["cancellations"] == [f"Booking {two} of property {hotel.pk} was cancelled"]
    states = dict(Booking.objects.values_list("pk", "state"))
    assert states == {one: "provisional", two: "cancelled", three: "cancelled"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"reservation_ids": []},
        {"stays": []},
        {"stays": [{"remote_reservation_id": "R1"}]},
        {"stays": [{"remote_reservation_id": "R1", "stay_ids": []}]},
        {"stays": [{"remote_reservation_id": "R1", "stay_ids": ["1"]}], "reservation_ids": ["R1"]},
        {"stays": [{"remote_reservation_id": "R1", "stay_ids": ["1"]}] * 2},
        {
            "stays": [{"remote_reservation_id": f"S{n}", "stay_ids": ["1"]} for n in range(300)],
            "reservation_ids": ["R1"],
        },
    ],
)
def test_refuses_to_guess_what_is_to_be_cancelled(ota, hotel, brought, body):
    brought(reservation("R1", stay_info(hotel)))

    status, key, _ = refusal(ota.put(CANCEL, body))

    assert (status, key) == (400, "validation_failed")
    assert Booking.objects.get().state == "provisional"


def test_a_stay_that_there_is_not_is_told_under_results(ota, hotel, brought):
    brought(reservation("R1", stay_info(hotel)))
    body = {"stays": [{"remote_reservation_id": "R1", "stay_ids": ["7"]}]}

    response = ota.put(CANCEL, body)

    assert refusal(response) == (409, "cancellations_refused", [])
    assert response.json()["results"]["R1"]["message"] == "The reservation has no stay `7`."
