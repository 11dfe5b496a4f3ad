from __future__ import annotations

import json
from decimal import Decimal
from urllib.parse import urlencode

import pytest

from bookyflow.availability.models import Allotment, Occupancy
from bookyflow.channels.models import ChannelProperty, ChannelReservation
from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import Booking, BookingState
from tests.conftest import make_hotel
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
CANCEL = BASE + "reservations/cancel"


def nothing_is_left() -> bool:
    """Whether no trace of a reservation is in the database."""
    models = (Booking, Occupancy, Guest, Event, ChannelReservation)
    return not any(model.objects.exists() for model in models)


def test_books_what_it_can_and_says_why_not_the_rest(ota, linked, hotel, double):
    stay = stay_info(hotel, room_type_id=double.pk, already_paid="57.00", guest_number=2)

    response = ota.put(
        ADD,
        sent(reservation("70012345", stay), reservation("70012346", stay | {"room_quantity": 3})),
    )

    booking = Booking.objects.get()
    assert value(response) == shown(
        "put_reservations_add",
        link_id=booking.pk,
        contract_uid=booking.pk,
        booking_number=booking.number,
        property_uid=hotel.pk,
        date_from=day(3),
        date_to=day(4),
        property_name="Harbour House",
        message=f"2 of 3 rooms free from {day(3)} to {day(5)}.",
    )
    assert (booking.total, booking.paid, booking.state) == (240, 57, "confirmed")
    assert (booking.remarks, booking.referrer) == ("Late arrival", "Alpine Sync")
    assert (booking.guest.first_name, booking.guest.country) == ("Ada", "AT")
    told = Event.objects.order_by("id").values_list("kind", "channel_id")
    assert list(told) == [("booking_added", linked.pk), ("guest_saved", linked.pk)]


def test_books_from_a_form_with_json_text(ota, hotel):
    stay = stay_info(
        hotel,
        client_price="570.00",
        channel_price="570.00",
        already_paid="57.00",
        room_type_name="",
    )
    text = json.dumps(sent(reservation("70012345", stay))["reservations"])

    found = value(ota.put(ADD, urlencode({"reservations": text}), content_type=FORM))

    assert found["successful_bookings"]["70012345"]["success"] is True
    assert found["unsuccessful_bookings"] == {}
    assert Booking.objects.get().total == 570


def test_all_failing_for_one_reason_is_that_refusal(ota, hotel):
    stay = stay_info(hotel, room_quantity=4)

    response = ota.put(ADD, sent(reservation("R1", stay), reservation("R2", stay)))

    assert refusal(response) == (409, "no_room_available", [])
    result = {
        "success": False,
        "key": "no_room_available",
        "message": f"3 of 4 rooms free from {day(3)} to {day(5)}.",
    }
    assert response.json()["results"] == {"R1": result, "R2": result}
    assert nothing_is_left()


def test_failing_for_several_reasons_is_their_common_refusal(ota, hotel):
    response = ota.put(
        ADD,
        sent(
            reservation("R1", stay_info(hotel, room_quantity=4)),
            reservation("R2", stay_info(hotel, -5, -4)),
        ),
    )

    assert refusal(response) == (409, "reservations_refused", [])
    found = {name: one["key"] for name, one in response.json()["results"].items()}
    assert found == {"R1": "no_room_available", "R2": "dates_in_past"}
    assert nothing_is_left()


@pytest.mark.parametrize("strange", ["foreign", "unlinked", "unknown"])
def test_a_property_out_of_reach_is_not_booked(ota, manager, stranger, hotel, strange):
    prop = {
        "foreign": lambda: make_hotel(stranger, name="Foreign"),
        "unlinked": lambda: make_hotel(manager, name="Unlinked"),
        "unknown": lambda: hotel.__class__(pk=2**62),
    }[strange]()

    response = ota.put(ADD, sent(reservation("R1", stay_info(prop))))

    assert refusal(response) == (409, "reservations_refused", [])
    assert response.json()["results"]["R1"]["key"] == "property_not_found"
    assert nothing_is_left()


def test_a_closed_room_type_is_not_sold(ota, hotel, double):
    Allotment.objects.create(property=hotel, room_type=double, date=day(3), stop_sell=True)

    response = ota.put(ADD, sent(reservation("R1", stay_info(hotel))))

    assert refusal(response) == (409, "stop_sell", [])


def test_the_past_cannot_be_booked(ota, hotel):
    response = ota.put(ADD, sent(reservation("R1", stay_info(hotel, -5, -1))))

    assert refusal(response) == (409, "dates_in_past", [])


def test_a_reservation_sent_again_has_the_same_bookings(ota, hotel):
    body = sent(reservation("R1", stay_info(hotel), stay_info(hotel, 8, 9)))

    first = value(ota.put(ADD, body))
    again = value(ota.put(ADD, body))

    assert again == first
    assert len(again["successful_bookings"]["R1"]["links"]) == 2
    assert Booking.objects.count() == 2


def test_other_content_under_a_known_id_is_refused(ota, hotel):
    value(ota.put(ADD, sent(reservation("R1", stay_info(hotel)))))

    response = ota.put(ADD, sent(reservation("R1", stay_info(hotel, channel_price=1))))

    assert refusal(response) == (409, "reservation_differs", [])
    assert Booking.objects.get().total == 240


def test_the_same_reservation_written_otherwise_is_the_same(ota, hotel):
    stays = [stay_info(hotel), stay_info(hotel, 8, 9)]
    first = value(ota.put(ADD, sent(reservation("R1", *stays))))["successful_bookings"]["R1"]

    for price in (240.0, 240, "240", "240.0", "240,00", " 240.000 "):
        written = [stay | {"channel_price": price, "room_type_id": 0} for stay in stays]
        one = reservation("R1", *reversed(written))
        one["guest_info"] |= {"email": "Ada.Berger@MAIL.example", "country_code": "at"}
        again = value(ota.put(ADD, sent(one)))["successful_bookings"]["R1"]
        assert again["links"] == first["links"][::-1], price

    assert Booking.objects.count() == 2


def test_a_cancelled_id_is_booked_anew(ota, hotel):
    body = sent(reservation("R1", stay_info(hotel)))
    first = value(ota.put(ADD, body))["successful_bookings"]["R1"]["link"]
    value(ota.put(CANCEL, {"reservation_ids": ["R1"]}))

    second = value(ota.put(ADD, body))["successful_bookings"]["R1"]["link"]

    assert second["contract_uid"] != first["contract_uid"]
    assert second["stay_id"] == first["stay_id"] == "1"


def test_what_the_property_has_ended_is_cancelled_before_it_is_booked_anew(ota, hotel):
    body = sent(reservation("R1", stay_info(hotel)))
    pk = value(ota.put(ADD, body))["successful_bookings"]["R1"]["link"]["contract_uid"]
    booking_cancel(booking_id=pk, property_id=hotel.pk, by=SYSTEM)

    refused = ota.put(ADD, body)
    value(ota.put(CANCEL, {"reservation_ids": ["R1"]}))

    assert refusal(refused) == (409, "reservation_cancelled", [])
    assert value(ota.put(ADD, body))["successful_bookings"]["R1"]["success"] is True


def test_one_id_twice_in_a_call_is_booked_once(ota, hotel):
    one = reservation("R1", stay_info(hotel))

    found = value(ota.put(ADD, sent(one, one, one | {"comments": "Another"})))

    assert found["successful_bookings"]["R1"]["success"] is True
    assert found["unsuccessful_bookings"]["R1"]["key"] == "reservation_differs"
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    ("guest", "stay", "message"),
    [
        (
            {"surname": ""},
            {"date_to": "2027-02-29"},
            "guest_info.surname: This field may not be blank.",
        ),
        (
            {"country_code": "ZZ"},
            {},
            "guest_info.country_code: Not a country code of ISO 3166-1.",
        ),
        (
            {},
            {"channel_price": "1.005"},
            "stay_infos[0].channel_price: EUR has no smaller unit than 0.01.",
        ),
    ],
)
def test_a_reservation_at_fault_stops_no_other(ota, hotel, guest, stay, message):
    bad = reservation("R2", stay_info(hotel, 6, 7, **stay))
    bad["guest_info"] |= guest

    found = value(ota.put(ADD, sent(reservation("R1", stay_info(hotel)), bad)))
    alone = ota.put(ADD, sent(bad))

    refused = {"success": False, "key": "validation_failed", "message": message}
    assert list(found["successful_bookings"]) == ["R1"]
    assert found["unsuccessful_bookings"] == {"R2": refused}
    assert (alone.status_code, alone.json()["detail"]) == (400, message)
    assert alone.json()["results"] == {"R2": refused}
    assert message.partition(": ")[0] in [
        name.removeprefix("reservations[0].") for name in alone.json()["fields"]
    ]


@pytest.mark.parametrize(
    ("name", "written", "field", "kept"),
    [
        ("country_code", "uk", "country", "GB"),
        ("country_code", "EL", "country", "GR"),
        ("country_code", "XK", "country", "XK"),
        ("country_code", "AUT", "country", "AT"),
        ("language_id", "zh-Hant", "language", "zh"),
        ("language_id", "zh-Hant-TW", "language", "zh-TW"),
        ("language_id", "en_gb", "language", "en-GB"),
        ("language_id", "english", "language", ""),
        ("language_id", "", "language", ""),
        ("email", "jürgen.müller@mail.example", "email", "jürgen.müller@mail.example"),
        ("email", "用户@例子.example", "email", "用户@例子.example"),
    ],
)
def test_what_is_written_in_another_way_loses_no_reservation(
    ota, hotel, name, written, field, kept
):
    one = reservation("R1", stay_info(hotel))
    one["guest_info"][name] = written

    value(ota.put(ADD, sent(one)))

    assert getattr(Booking.objects.get().guest, field) == kept


@pytest.mark.parametrize("hidden", ["", None])
def test_a_guest_may_come_with_a_surname_alone(ota, hotel, hidden):
    told = {"surname": "Berger"} | ({} if hidden is None else dict.fromkeys(HIDDEN, hidden))

    for number in range(2):
        stay = stay_info(hotel, 3 + 3 * number, 4 + 3 * number)
        value(ota.put(ADD, sent(reservation(f"R{number}", stay, guest_info=told))))

    assert [one.lead_guest for one in Booking.objects.all()] == [{"surname": "Berger"}] * 2
    assert Guest.objects.count() == 2


@pytest.mark.parametrize(
    ("email", "guests"),
    [
        ("ada@mail.example", 1),
        ("ada.1234@guest.booking.com", 2),
        ("Ada-1@M.ExpediaPartnerCentral.com", 2),
        ("ada@eu.agoda-messaging.com", 2),
        ("noreply@ota.example", 2),
        ("noreplyada@mail.example", 1),
        ("ada@notguest.booking.company.example", 1),
    ],
)
def test_two_guests_with_one_relay_address_are_never_one(ota, hotel, email, guests):
    for number, surname in enumerate(["Berger", "Vik"]):
        stay = stay_info(hotel, 3 + 3 * number, 4 + 3 * number)
        one = reservation(f"R{number}", stay, guest_info={"surname": surname, "email": email})
        value(ota.put(ADD, sent(one)))

    assert Guest.objects.count() == guests
    assert {one.lead_guest["surname"] for one in Booking.objects.all()} == {"Berger", "Vik"}


GUEST_TEXTS = ("surname", *(HIDDEN := ("email", "phone", "address", "post_code", "country_code")))
STAY_NUMBERS = [None, "", [], {}, True, -1, 1.5, 10**30, "x"]


@pytest.mark.parametrize(
    ("path", "hostile"),
    [
        ("referrer", [None, "", " ", [], True, "x" * 256, "a\x07"]),
        ("comments", [None, [], {}, "x" * 5001]),
        ("guest_info", [None, "", [], {}, 5]),
        ("guest_info.surname", ["", " "]),
        *(
            (f"guest_info.{name}", [None, [], {}, True, "x" * 300, "a\x1fb"])
            for name in GUEST_TEXTS
        ),
        ("guest_info.country_code", ["ﬃ", "ß", "1!", "ZZ", "AUTX", "A"]),
        ("guest_info.email", ["ada", "ada@", "@b.example", "a b@c.example"]),
        ("guest_info.language_id", [None, []]),
        ("stay_infos", [None, "", [], {}, 5, [5], [[]]]),
        ("stay_infos[0].property_id", [*STAY_NUMBERS, 0]),
        ("stay_infos[0].room_quantity", [*STAY_NUMBERS, 0, 1001]),
        ("stay_infos[0].room_type_id", STAY_NUMBERS),
        ("stay_infos[0].guest_number", [*STAY_NUMBERS, 1001]),
        ("stay_infos[0].channel_price", [None, "", [], True, -1, "-0.01", "1e5", 10**9, "free"]),
        ("stay_infos[0].already_paid", [None, "", [], -1, "NaN"]),
        ("stay_infos[0].client_price", [None, {}, -1, "1,234"]),
        ("stay_infos[0].date_from", [None, "", 5, "2027-02-29", "2027-6-1", "2200-01-01"]),
        ("stay_infos[0].date_to", [None, [], "1899-12-31", "2000-01-01", "2190-01-01"]),
    ],
)
def test_refuses_hostile_fields(ota, hotel, path, hostile):
    found = {}
    for bad in hostile:
        one = reservation("R1", stay_info(hotel))
        if "." in path:
            outer, name = path.replace("[0]", "").split(".")
            target = one[outer][0] if isinstance(one[outer], list) else one[outer]
            target[name] = bad
        else:
            one[path] = bad
        response = ota.put(ADD, sent(one))
        found[repr(bad)] = (*refusal(response)[:2], list(response.json()["fields"]))

    for bad, (status, key, fields) in found.items():
        assert (status, key) == (400, "validation_failed"), bad
        assert all(name.startswith(f"reservations[0].{path}") for name in fields), (bad, fields)
    assert nothing_is_left()


@pytest.mark.parametrize(
    "bad",
    [
        None,
        "",
        [],
        {},
        5,
        "{",
        "[]",
        '{"reservations":[]}',
        '{"reservations":[5]}',
        '{"reservations":[{}]}',
        {"reservations": [None]},
        {"reservations": {"0": {}}},
        {"reservations": [{"remote_reservation_id": ""}]},
        {"reservations": [{"remote_reservation_id": "x" * 256}]},
        {"reservations": [{"remote_reservation_id": []}]},
    ],
)
def test_refuses_what_is_no_list_of_reservations(ota, hotel, bad):
    response = ota.put(ADD, {"reservations": bad})

    assert refusal(response) == (400, "validation_failed", ["reservations"])


@pytest.mark.parametrize(("number", "stays"), [(301, 1), (4, 76), (3, 101)])
def test_refuses_more_than_300_stays_and_tells_the_limit(ota, hotel, number, stays):
    one = reservation("R1", *[stay_info(hotel)] * stays)

    response = ota.put(ADD, sent(*[one] * number))

    assert refusal(response) == (400, "validation_failed", ["reservations"])
    assert f"At most 300 stays in one call; these are {number * stays}." in response.text
    assert nothing_is_left()


def test_refuses_nul_and_broken_json(ota, hotel):
    one = reservation("R\0", stay_info(hotel))

    assert refusal(ota.put(ADD, sent(one))) == (400, "malformed_request", [])
    text = urlencode({"reservations": json.dumps(sent(one)["reservations"])})
    response = ota.put(ADD, text, content_type=FORM)
    assert refusal(response) == (400, "validation_failed", ["reservations"])


def test_unicode_is_kept(ota, hotel):
    one = reservation("Ω-7 🏨", stay_info(hotel))
    one["guest_info"]["surname"] = "Müller-Ōta 太郎"

    found = value(ota.put(ADD, sent(one)))

    assert list(found["successful_bookings"]) == ["Ω-7 🏨"]
    assert Booking.objects.get().guest.surname == "Müller-Ōta 太郎"


def test_a_stay_over_a_leap_day(ota, hotel):
    stay = stay_info(hotel) | {"date_from": "2096-02-28", "date_to": "2096-02-29"}

    (found,) = value(ota.put(ADD, sent(reservation("R1", stay))))["successful_bookings"].values()

    assert (found["link"]["date_from"], found["link"]["date_to"]) == ("2096-02-28", "2096-02-29")
    assert Booking.objects.get().departure.isoformat() == "2096-03-01"


def test_a_free_stay_is_booked(ota, hotel):
    value(ota.put(ADD, sent(reservation("R1", stay_info(hotel, channel_price="0")))))

    assert Booking.objects.get().state == BookingState.CONFIRMED


def test_what_was_paid_is_recorded_whole(ota, hotel):
    stay = stay_info(hotel, channel_price="100", already_paid="100.50")

    value(ota.put(ADD, sent(reservation("R1", stay))))

    booking = Booking.objects.get()
    assert (booking.total, booking.paid) == (100, Decimal("100.50"))
    found = value(ota.get(f"{BASE}property/booking/{hotel.pk}/{booking.pk}"))[0]
    assert (found["booking_total"], found["deposit_amount"]) == ("100.00", "100.00")
    assert found["deposit_paid"] is True


def test_several_rooms_in_several_properties_or_none(ota, manager, linked, hotel):
    other = make_hotel(manager, name="Other")
    ChannelProperty.objects.create(channel=linked, property=other)
    stays = [stay_info(other, room_quantity=2), stay_info(hotel, room_quantity=3)]

    found = value(ota.put(ADD, sent(reservation("R1", *stays))))
    refused = ota.put(ADD, sent(reservation("R2", stays[0] | {"room_quantity": 1}, stays[1])))

    links = found["successful_bookings"]["R1"]["links"]
    assert [one["property_uid"] for one in links] == [other.pk, hotel.pk]
    assert refusal(refused) == (409, "no_room_available", [])
    assert Occupancy.objects.count() == 5


def test_an_idempotency_key_replays_the_answer(ota, hotel):
    body = sent(reservation("R1", stay_info(hotel)))

    first = ota.put(ADD, body, HTTP_IDEMPOTENCY_KEY="once")
    again = ota.put(ADD, body, HTTP_IDEMPOTENCY_KEY="once")
    other = ota.put(ADD, sent(reservation("R2", stay_info(hotel))), HTTP_IDEMPOTENCY_KEY="once")

    assert value(again) == value(first)
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert refusal(other) == (422, "idempotency_key_reused", [])
    assert Booking.objects.count() == 1


def test_a_refusal_is_not_kept_under_an_idempotency_key(ota, hotel):
    full = sent(reservation("R1", stay_info(hotel, room_quantity=4)))

    refused = ota.put(ADD, full, HTTP_IDEMPOTENCY_KEY="once")
    fitting = sent(reservation("R1", stay_info(hotel)))
    done = ota.put(ADD, fitting, HTTP_IDEMPOTENCY_KEY="once")

    assert refusal(refused) == (409, "no_room_available", [])
    assert value(done)["successful_bookings"]["R1"]["success"] is True


def test_cancels_all_stays_of_a_reservation(ota, linked, hotel):
    value(ota.put(ADD, sent(reservation("R1", stay_info(hotel), stay_info(hotel, 8, 9)))))
    first, second = Booking.objects.order_by("pk")

    response = ota.put(CANCEL, {"reservation_ids": ["R1", "unknown"]})

    assert value(response) == {
        "success": True,
        "cancellations": [
            f"Booking {first.pk} of property {hotel.pk} was cancelled",
            f"Booking {second.pk} of property {hotel.pk} was cancelled",
        ],
        "results": {
            "R1": {"success": True, "key": "", "message": ""},
            "unknown": {
                "success": False,
                "key": "booking_not_found",
                "message": "Booking not found.",
            },
        },
    }
    assert set(Booking.objects.values_list("state", flat=True)) == {"cancelled"}
    assert not Occupancy.objects.exists()
    assert Event.objects.filter(kind="booking_cancelled", channel_id=linked.pk).count() == 2


def test_cancels_from_a_form_with_json_text_and_again(ota, hotel):
    value(ota.put(ADD, sent(reservation("70012345", stay_info(hotel)))))
    form = 'reservation_ids=["70012345","70012399"]'

    first = value(ota.put(CANCEL, form, content_type=FORM))
    again = value(ota.put(CANCEL, form, content_type=FORM))

    assert first == again
    assert Event.objects.filter(kind="booking_cancelled").count() == 1


def test_numbers_are_compared_as_text(ota, hotel):
    value(
        ota.put(ADD, sent(reservation("7", stay_info(hotel)), reservation("abc", stay_info(hotel))))
    )

    found = value(ota.put(CANCEL, {"reservation_ids": [7, 0, "07"]}))

    assert {name: one["success"] for name, one in found["results"].items()} == {
        "7": True,
        "0": False,
        "07": False,
    }
    assert Occupancy.objects.count() == 1


def test_refuses_when_nothing_can_be_cancelled(ota, hotel):
    response = ota.put(CANCEL, {"reservation_ids": ["R1"]})

    assert refusal(response) == (409, "cancellations_refused", [])
    assert response.json()["results"]["R1"]["key"] == "booking_not_found"


def test_a_guest_who_has_arrived_is_not_cancelled(ota, hotel):
    value(ota.put(ADD, sent(reservation("R1", stay_info(hotel)))))
    Booking.objects.update(state=BookingState.CHECKED_IN)

    response = ota.put(CANCEL, {"reservation_ids": ["R1"]})

    assert refusal(response) == (409, "booking_state", [])
    assert Occupancy.objects.count() == 1


def test_another_channels_reservation_cannot_be_cancelled(client_for, ota, manager, hotel, linked):
    value(ota.put(ADD, sent(reservation("R1", stay_info(hotel)))))
    other = linked.__class__.objects.create(user=manager, name="other", friendly_name="Other")
    ChannelProperty.objects.create(channel=other, property=hotel)

    client = client_for("channel_management", channel="other")
    response = client.put(CANCEL, {"reservation_ids": ["R1"]})

    assert refusal(response) == (409, "cancellations_refused", [])
    assert Booking.objects.get().state != BookingState.CANCELLED


def test_what_was_unlinked_cannot_be_cancelled(ota, hotel):
    value(ota.put(ADD, sent(reservation("R1", stay_info(hotel)))))
    ChannelProperty.objects.all().delete()

    response = ota.put(CANCEL, {"reservation_ids": ["R1"]})

    assert refusal(response) == (409, "cancellations_refused", [])


@pytest.mark.parametrize(
    "bad", [None, "", [], {}, "R1", 5, [""], [None], [[]], [True], ["x" * 256], ["R"] * 301]
)
def test_refuses_what_is_no_list_of_ids(ota, bad):
    response = ota.put(CANCEL, {"reservation_ids": bad})

    assert refusal(response) == (400, "validation_failed", ["reservation_ids"])
