from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from bookyflow.billing.invoicing import invoice_issue
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import utc_text
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.models import Booking, BookingState
from bookyflow.reservations.progress import Progress
from features.listbooking.serializers.rows import SHOWN
from tests.conftest import make_hotel
from tests.domain.conftest import book, stay
from tests.examples import example
from tests.features.reading import BASE, read, refusal, statements

pytestmark = pytest.mark.django_db


def day(ahead):
    return stay(ahead, 1).arrival.isoformat()


def ids(client, path):
    return [row["contract_uid"] for row in read(client, path)]


def period(prop, first, last):
    return f"listbooking/{prop.pk}/{day(first)}/{day(last)}"


@pytest.mark.parametrize("action", ["list", "list_between_dates"])
def test_shows_bookings_with_their_guests(desk, hotel, booking, action):
    invoice = invoice_issue(property_id=hotel.pk, booking_id=booking.pk, by=SYSTEM)
    Booking.objects.filter(pk=booking.pk).update(state="confirmed", deposit_required=57, paid=57)
    booking.refresh_from_db()

    found = read(desk, period(hotel, 1, 1) if "between" in action else f"listbooking/{hotel.pk}")

    (shown,) = example(f"listbooking.{action}").answer
    assert found == [
        shown
        | {"contract_uid": booking.pk, "property_uid": hotel.pk, "tag": booking.number}
        | {"arrival": day(1), "departure": day(6), "invoice_uid": invoice.pk}
        | {"timestamp": utc_text(booking.created_at), "last_changed": utc_text(booking.changed_at)}
    ]


def test_lists_the_latest_arrival_first_and_everything_but_blocks(desk, manager, hotel):
    late, early, middle = (book(hotel, stay(start, 1)) for start in (9, 1, 5))
    Booking.objects.filter(pk=middle.pk).update(state=BookingState.CANCELLED)
    Booking.objects.filter(pk=early.pk).update(state=BookingState.ENQUIRY)
    block_create(property_id=hotel.pk, stay=stay(20, 1), by=SYSTEM)
    book(make_hotel(manager), stay(3, 1))

    found = read(desk, f"listbooking/{hotel.pk}")

    assert [
        (row["contract_uid"], row["cancelled"], row["approved"], row["invoice_uid"])
        for row in found
    ] == [(late.pk, 0, 1, 0), (middle.pk, 1, 1, 0), (early.pk, 0, 0, 0)]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(5, 5, "b"), (6, 6, "bc"), (7, 7, "c"), (4, 8, "bc"), (-5, 30, "abc"), (20, 20, "")],
)
def test_what_arrives_stays_or_leaves_within_a_period(desk, hotel, first, last, expected):
    made = {
        name: book(hotel, stay(*when)).pk
        for name, when in (("c", (6, 3)), ("a", (1, 2)), ("b", (4, 2)))
    }

    assert ids(desk, period(hotel, first, last)) == [made[name] for name in expected]


def test_a_period_has_its_end_behind_its_start(desk, hotel):
    assert refusal(desk, period(hotel, 2, 1)) == (400, "validation_failed", ["end"])
    for bad in ("2027-02-30/2027-03-01", "2027-03-01/2027-13-01"):
        assert refusal(desk, f"listbooking/{hotel.pk}/{bad}")[:2] == (400, "validation_failed")
    assert refusal(desk, f"listbooking/{hotel.pk}/0001-01-01/9999-12-31")[0] == 400


CASES = [
    ("confirmed", 1, 3, Progress.EXPECTED),
    ("provisional", 0, 2, Progress.ARRIVES_TODAY),
    ("confirmed", -1, 2, Progress.NOT_ARRIVED),
    ("confirmed", -2, 0, Progress.NOT_ARRIVED),
    ("no_show", 0, 2, Progress.NOT_ARRIVED),
    ("checked_in", 0, 1, Progress.RESIDENT),
    ("checked_in", -2, 0, Progress.DEPARTS_TODAY),
    ("checked_in", -2, -1, Progress.OVERDUE),
    ("checked_out", -2, 0, Progress.CHECKED_OUT),
    ("cancelled", 0, 2, Progress.CANCELLED),
    ("rejected", 0, 2, Progress.CANCELLED),
]


@pytest.mark.parametrize(("state", "arrival", "departure", "progress"), CASES)
def test_how_far_a_booking_is(desk, hotel, booking, state, arrival, departure, progress):
    today = hotel.settings.today()
    Booking.objects.filter(pk=booking.pk).update(
        state=state,
        arrival=today + timedelta(arrival),
        departs_on=today + timedelta(departure),
        departure=today + timedelta(departure),
    )

    (found,) = read(desk, f"listbooking/{hotel.pk}")

    assert (found["imgColor"], found["TxtStatus"], found["state"]) == (*SHOWN[progress], state)
    assert (found["booked_in"], found["bookedout"]) == (
        int(state in {"checked_in", "checked_out"}),
        int(state == "checked_out"),
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [("/de", "Anreise steht aus"), ("/pl", "Arrival Pending"), ("?language=fr", "Arrivée à venir")],
)
def test_words_in_another_language(desk, hotel, booking, language, text):
    for path in (f"listbooking/{hotel.pk}", period(hotel, 1, 1)):
        assert read(desk, path + language)[0]["TxtStatus"] == text


@pytest.mark.parametrize(
    ("zone", "moment", "text"),
    [
        ("Pacific/Auckland", "2027-06-09T11:59:59", "Arrival Pending"),
        ("Pacific/Auckland", "2027-06-09T12:00:00", "Arrive today"),
        ("Pacific/Honolulu", "2027-06-10T09:59:59", "Arrival Pending"),
        ("Pacific/Honolulu", "2027-06-10T10:00:00", "Arrive today"),
    ],
)
def test_the_day_is_that_of_the_property(client_for, hotel, booking, zone, moment, text):
    PropertySettings.objects.filter(property=hotel).update(time_zone=zone)
    Booking.objects.update(arrival="2027-06-10", departs_on="2027-06-12", departure="2027-06-12")
    with time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=False):
        (found,) = read(client_for("guests_get"), f"listbooking/{hotel.pk}")

    assert found["TxtStatus"] == text


def test_pages_and_statements(desk, hotel):
    paths = f"listbooking/{hotel.pk}", period(hotel, 0, 30)
    for start in (1, 1):
        book(hotel, stay(start, 1))
    few = [statements(desk, path) for path in paths]
    for start in range(2, 20):
        book(hotel, stay(start, 1))
    many = [statements(desk, path) for path in paths]

    assert [rows for _, rows in few] == [2, 2]
    assert [rows for _, rows in many] == [20, 20]
    assert [count for count, _ in few] == [count for count, _ in many]
    assert max(count for count, _ in many) <= 6
    for path in paths:
        whole, found, link = ids(desk, path), [], f"{BASE}{path}?limit=7"
        while link:
            response = desk.get(link)
            found += next(iter(response.json()["data"].values()))
            link = response.get("Link", "").partition(">")[0].strip("<")
        assert [row["contract_uid"] for row in found] == whole


def test_names_need_a_scope_of_their_own(client_for, hotel):
    assert refusal(client_for("bookings_get"), f"listbooking/{hotel.pk}")[0] == 403


def test_no_bookings(desk, hotel):
    assert read(desk, f"listbooking/{hotel.pk}") == read(desk, period(hotel, 0, 9)) == []
