"""The page of a booking, and what its forms do."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.availability.models import Occupancy
from bookyflow.core.dates import Stay
from bookyflow.events.models import Event
from bookyflow.guests.models import GuestReading
from bookyflow.guests.services import GuestDetails
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import booking_check_in
from bookyflow.reservations.models import Booking, SecurityDeposit
from tests.web.bookings.conftest import ADA, make_booking

CHARGE = {
    "service_description": "Wine",
    "service_value": "9",
    "service_qty": "1",
    "tax_rate": "0",
}
CASH = {"amount": "10", "method": "cash"}


def problems(answer) -> str:
    assert answer.status_code == 400
    page = answer.content.decode()
    assert 'id="problems"' in page
    return page


def test_the_page_tells_all_about_a_booking(signed_in, at, booking):
    page = signed_in.get(at).content.decode()

    for text in (booking.number, "Ada Lovelace", "ada@guest.example", "€240.00", "Still to pay"):
        assert text in page
    assert "2 nights at 120" in page
    assert "mona" in page


def test_a_guest_arrives_and_leaves(desk, at, booking):
    states = []
    for step in ("check_in", "check_out", "undo_check_out", "undo_check_in"):
        assert desk.post(f"{at}/step", {"step": step}).status_code == 302
        booking.refresh_from_db()
        states.append(booking.state)
    assert states == ["checked_in", "checked_out", "checked_in", "confirmed"]
    assert "rita" in desk.get(at).content.decode()


def test_an_early_arrival_is_asked_about(desk, url, house, actor):
    later = make_booking(house, actor, start=3)
    at = f"{url}/bookings/{later.pk}"

    asked = desk.post(f"{at}/step", {"step": "check_in"})
    assert asked.status_code == 409
    assert "Check in nevertheless" in asked.content.decode()
    later.refresh_from_db()
    assert later.state == "confirmed"

    desk.post(f"{at}/step", {"step": "check_in", "anyway": "yes"})
    later.refresh_from_db()
    assert later.state == "checked_in"


def test_a_step_that_there_is_not(desk, at):
    assert desk.post(f"{at}/step", {"step": "delete"}).status_code == 404
    assert desk.post(f"{at}/step").status_code == 404
    refused = desk.post(f"{at}/step", {"step": "check_out"}, follow=True)
    assert "alert-danger" in refused.content.decode()


def test_notes_are_kept_and_removed(desk, at, booking):
    desk.post(f"{at}/notes", {"note": "Arrives late."})
    note = booking.notes.get()
    assert "Arrives late." in desk.get(at).content.decode()
    assert "Note</a>" in problems(desk.post(f"{at}/notes", {"note": "  "}))
    problems(desk.post(f"{at}/notes", {"note": "x" * 10_001}))

    desk.post(f"{at}/notes/{note.pk}/remove")
    assert desk.post(f"{at}/notes/{note.pk}/remove").status_code == 302
    assert not booking.notes.exists()


def test_a_charge_is_added_and_voided(desk, at, booking):
    wine = {"service_description": "Wine", "service_value": "9.50", "service_qty": "2"}
    desk.post(f"{at}/charges", wine | {"tax_rate": "20"})
    booking.refresh_from_db()
    assert booking.total == Decimal("259.00")

    line = booking.lines.get(kind="service")
    desk.post(f"{at}/charges/{line.pk}/void")
    booking.refresh_from_db()
    assert booking.total == Decimal("240.00")
    priced = booking.lines.get()
    desk.post(f"{at}/charges/{priced.pk}/void")
    assert booking.lines.get() == priced


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"service_value": "-1"},
        {"service_value": "1e40"},
        {"service_value": "NaN"},
        {"service_value": "1.234"},
        {"service_value": "9", "service_qty": "0"},
        {"service_value": "9", "tax_rate": "101"},
        {"service_value": "9", "service_description": "x" * 300},
    ],
)
def test_a_charge_at_fault(desk, at, booking, sent):
    usual = {"service_description": "Wine", "service_qty": "1", "tax_rate": "0"}
    problems(desk.post(f"{at}/charges", usual | sent))
    booking.refresh_from_db()
    assert booking.total == Decimal(240)


def test_money_comes_in_and_goes_back(desk, at, booking):
    desk.post(f"{at}/payments", {"amount": "100", "method": "card", "reference": "T-9"})
    desk.post(f"{at}/refunds", {"amount": "30", "method": "cash"})
    booking.refresh_from_db()
    assert booking.paid == Decimal(70)
    page = desk.get(at).content.decode()
    assert "T-9" in page
    assert "€170.00" in page

    refund = booking.payments.last()
    desk.post(f"{at}/payments/{refund.pk}/void")
    booking.refresh_from_db()
    assert booking.paid == Decimal(100)
    again = desk.post(f"{at}/payments/{refund.pk}/void", follow=True)
    assert "alert-danger" in again.content.decode()

    problems(desk.post(f"{at}/refunds", {"amount": "100.01", "method": "cash"}))
    problems(desk.post(f"{at}/payments", {"amount": "0", "method": "cash"}))
    problems(desk.post(f"{at}/payments", {"amount": "-5", "method": "cash"}))
    problems(desk.post(f"{at}/payments", {"amount": "5", "method": "shells"}))
    problems(desk.post(f"{at}/payments", {"amount": "9" * 30, "method": "cash"}))


def once_of(page: str) -> str:
    """The text of the forms of a booking's page that is new each time."""
    return re.search('name="once" value="(.+?)"', page)[1]


@pytest.mark.parametrize(
    ("path", "sent", "kept"),
    [
        ("charges", CHARGE, lambda booking: booking.lines.filter(kind="service")),
        ("payments", CASH, lambda booking: booking.payments.filter(kind="payment")),
        ("refunds", CASH, lambda booking: booking.payments.filter(kind="refund")),
        ("notes", {"note": "Late."}, lambda booking: booking.notes),
    ],
)
def test_a_form_that_is_sent_twice_counts_once(desk, at, booking, path, sent, kept):
    desk.post(f"{at}/payments", {"amount": "100", "method": "card"})
    before = kept(booking).count()
    once = once_of(desk.get(at).content.decode())
    problems(desk.post(f"{at}/{path}", {"once": once}))  # refused, so that it may be sent again

    first = desk.post(f"{at}/{path}", sent | {"once": once}, follow=True)
    again = desk.post(f"{at}/{path}", sent | {"once": once}, follow=True)

    assert kept(booking).count() == before + 1
    assert "sent before" not in first.content.decode()
    assert "sent before" in again.content.decode()
    desk.post(f"{at}/{path}", sent | {"once": once_of(again.content.decode())})
    assert kept(booking).count() == before + 2


def test_forms_of_one_page_count_each(desk, at, booking):
    once = once_of(desk.get(at).content.decode())
    desk.post(f"{at}/payments", CASH | {"once": once})
    desk.post(f"{at}/refunds", CASH | {"once": once})
    assert booking.payments.count() == 2


def test_too_much_is_owed_to_the_guest(desk, at):
    desk.post(f"{at}/payments", {"amount": "250", "method": "card"})
    page = desk.get(at).content.decode()
    assert "To give back to the guest" in page
    assert "€10.00" in page


def test_a_security_deposit_is_held_and_returned(desk, at, booking):
    SecurityDeposit.objects.create(booking=booking, amount=50, due="arrival")
    desk.post(f"{at}/security/held")
    problems(desk.post(f"{at}/security/returned", {"withheld": "51"}))
    problems(desk.post(f"{at}/security/returned", {"withheld": "5", "reason": ""}))
    desk.post(f"{at}/security/returned", {"withheld": "5", "reason": "A cup."})
    deposit = SecurityDeposit.objects.get(booking=booking)
    assert (deposit.state, deposit.withheld) == ("withheld", 5)
    assert "A cup." in desk.get(at).content.decode()


def test_the_fee_is_shown_before_a_booking_is_cancelled(desk, at, house, booking):
    PropertySettings.objects.filter(property=house).update(
        cancellation_fee_kind="percentage", cancellation_fee=50, cancellation_free_days=5
    )
    desk.post(f"{at}/payments", {"amount": "150", "method": "card"})
    page = desk.get(f"{at}/cancel").content.decode()
    assert "€120.00" in page
    assert "€30.00" in page
    booking.refresh_from_db()
    assert booking.state == "confirmed"

    answer = desk.post(f"{at}/cancel", {"charge_fee": "on", "reason": "Ill"}, follow=True)
    booking.refresh_from_db()
    assert (booking.state, booking.total) == ("cancelled", Decimal(120))
    assert "To give back to the guest" in answer.content.decode()
    assert desk.post(f"{at}/cancel", {"charge_fee": "on"}).status_code == 302
    booking.refresh_from_db()
    assert booking.total == Decimal(120)


def test_the_fee_is_waived(desk, at, house, booking):
    PropertySettings.objects.filter(property=house).update(
        cancellation_fee_kind="percentage", cancellation_fee=50, cancellation_free_days=5
    )
    desk.post(f"{at}/cancel", {"reason": ""})
    booking.refresh_from_db()
    assert (booking.state, booking.total) == ("cancelled", Decimal(0))


def test_who_has_arrived_cannot_cancel(desk, at, booking):
    desk.post(f"{at}/step", {"step": "check_in"})
    page = desk.get(f"{at}/cancel").content.decode()
    assert "alert-danger" in page
    assert 'class="btn btn-danger"' not in page
    problems(desk.post(f"{at}/cancel", {"charge_fee": "on"}))
    booking.refresh_from_db()
    assert booking.state == "checked_in"


def test_a_guest_who_did_not_come(desk, at, house, booking):
    PropertySettings.objects.filter(property=house).update(
        no_show_fee_kind="percentage", no_show_fee=100
    )
    assert "€240.00" in desk.get(f"{at}/no-show").content.decode()
    desk.post(f"{at}/no-show", {"charge_fee": "on"})
    booking.refresh_from_db()
    assert (booking.state, booking.total) == ("no_show", Decimal(240))


def test_a_change_is_shown_before_it_is_made(desk, at, booking):
    departure = booking.departs_on + timedelta(days=1)
    sent = {
        "arrival": booking.arrival.isoformat(),
        "departure": departure.isoformat(),
        "adults": "2",
        "price": "granted",
    }
    shown = desk.post(f"{at}/change", sent)
    page = shown.content.decode()
    assert shown.status_code == 200
    assert '<strong id="difference">€120.00</strong>' in page
    assert 'value="360.00"' in page
    booking.refresh_from_db()
    assert booking.total == Decimal(240)

    stale = desk.post(f"{at}/change", sent | {"shown": "350.00"})
    assert "€120.00" in stale.content.decode()
    booking.refresh_from_db()
    assert booking.total == Decimal(240)

    assert desk.post(f"{at}/change", sent | {"shown": "360.00"}).status_code == 302
    booking.refresh_from_db()
    assert (booking.total, booking.departs_on) == (Decimal(360), departure)


def test_a_price_is_kept(desk, at, booking):
    departure = booking.departs_on + timedelta(days=1)
    sent = {
        "arrival": booking.arrival.isoformat(),
        "departure": departure.isoformat(),
        "adults": "1",
        "price": "kept",
        "shown": "240.00",
    }
    desk.post(f"{at}/change", sent)
    booking.refresh_from_db()
    assert (booking.total, booking.departs_on, booking.adults) == (Decimal(240), departure, 1)


@pytest.mark.parametrize(
    "sent",
    [
        {"departure": ""},
        {"departure": "2020-01-01"},
        {"arrival": "tomorrow"},
        {"adults": "0"},
        {"adults": "9"},
        {"child_ages": "four"},
        {"child_ages": "99"},
        {"price": "free"},
        {"price": "kept", "agreed": "100"},
        {"agreed": "-1"},
        {"room_more": "0"},
        {"override": "everything"},
    ],
)
def test_a_change_at_fault(desk, at, booking, sent):
    usual = {
        "arrival": booking.arrival.isoformat(),
        "departure": booking.departs_on.isoformat(),
        "adults": "2",
        "price": "granted",
        "shown": "240.00",
    }
    problems(desk.post(f"{at}/change", usual | sent))
    assert Booking.objects.get(pk=booking.pk).version == booking.version


def test_an_agreed_price_comes_and_goes(desk, at, booking):
    usual = {
        "arrival": booking.arrival.isoformat(),
        "departure": booking.departs_on.isoformat(),
        "adults": "2",
        "price": "repriced",
    }
    desk.post(f"{at}/change", usual | {"agreed": "199.99", "shown": "199.99"})
    booking.refresh_from_db()
    assert booking.total == Decimal("199.99")
    assert "drops_agreed" in desk.get(f"{at}/change").content.decode()
    desk.post(f"{at}/change", usual | {"drops_agreed": "on", "shown": "240.00"})
    booking.refresh_from_db()
    assert booking.total == Decimal(240)


def test_one_more_room_is_priced(desk, at, booking):
    room_type = booking.occupancies.get().room_type_id
    sent = {
        "arrival": booking.arrival.isoformat(),
        "departure": booking.departs_on.isoformat(),
        "adults": "4",
        "price": "granted",
        "room_more": str(room_type),
        "shown": "480.00",
    }
    assert desk.post(f"{at}/change", sent).status_code == 302
    booking.refresh_from_db()
    assert (booking.total, booking.occupancies.count(), booking.adults) == (Decimal(480), 2, 4)


def test_a_guest_gets_another_room(desk, at, house, booking):
    held = booking.occupancies.get().room_id
    other = house.rooms.exclude(pk=held).first().pk
    problems(desk.post(f"{at}/move", {"from_room_id": held, "to_room_id": held}))
    desk.post(f"{at}/move", {"from_room_id": held, "to_room_id": other})
    assert booking.occupancies.get().room_id == other


def test_whom_a_booking_is_for_is_corrected(desk, at, booking):
    desk.post(f"{at}/guest", {"first_name": "Augusta", "surname": "King", "country": "GB"})
    booking.refresh_from_db()
    assert booking.booked_for().surname == "King"
    assert booking.guest.surname == "Lovelace"
    problems(desk.post(f"{at}/guest", {"surname": "", "email": "nobody"}))


def test_an_early_departure_charges_the_nights_until_now(desk, url, house, actor):
    long = make_booking(house, actor, nights=4)
    at = f"{url}/bookings/{long.pk}"
    desk.post(f"{at}/step", {"step": "check_in"})
    page = desk.get(f"{at}/early").content.decode()
    assert "€120.00 instead of €480.00" in page
    desk.post(f"{at}/early", {"price": "granted"})
    long.refresh_from_db()
    assert (long.state, long.total) == ("checked_out", Decimal(120))
    assert long.departs_on == house.settings.today() + timedelta(days=1)


def test_an_early_departure_at_the_price_that_was_booked(desk, url, house, actor):
    long = make_booking(house, actor, nights=4)
    at = f"{url}/bookings/{long.pk}"
    desk.post(f"{at}/step", {"step": "check_in"})
    problems(desk.post(f"{at}/early", {"price": "none"}))
    desk.post(f"{at}/early", {"price": "kept"})
    long.refresh_from_db()
    assert (long.state, long.total) == ("checked_out", Decimal(480))
    assert long.occupancies.get().nights.upper == house.settings.today() + timedelta(days=1)


def test_an_invoice_is_issued_once(signed_in, at, house):
    first = signed_in.post(f"{at}/invoice", follow=True)
    assert "is issued" in first.content.decode()
    again = signed_in.post(f"{at}/invoice", follow=True)
    assert "alert-danger" in again.content.decode()
    assert house.invoices.get().gross == Decimal(240)


def test_a_page_asks_the_database_the_same_with_much_on_it(desk, at):
    def queries(times: int) -> int:
        for _ in range(times):
            desk.post(f"{at}/notes", {"note": "Once more."})
            desk.post(f"{at}/payments", {"amount": "1", "method": "cash"})
        with CaptureQueriesContext(connection) as found:
            desk.get(at)
        return len(found)

    assert queries(1) == queries(5)


@pytest.fixture
def longer(house, actor, booking):
    """The form that has the booking stay a night longer, when room 1 is somebody else's."""
    after = make_booking(house, actor, start=2, guest=GuestDetails("Hopper", "Grace"))
    assert after.room_ids() == booking.room_ids()
    today = house.settings.today()
    booking_check_in(booking_id=booking.pk, property_id=house.pk, by=actor)
    return {
        "arrival": today.isoformat(),
        "departure": (today + timedelta(days=3)).isoformat(),
        "adults": "2",
        "price": "granted",
    }


def test_a_change_tells_who_else_gets_another_room(desk, at, booking, longer):
    page = desk.post(f"{at}/change", longer).content.decode()
    assert "Grace Hopper, booking" in page
    assert "room 2 instead of 1" in page
    assert "The guest gets another room" not in page
    assert Event.objects.filter(kind="room_moved").count() == 0

    plan = desk.get(at.replace("bookings", "plan/bookings"), longer).content.decode()
    assert "room 2 instead of 1" in plan

    assert desk.post(f"{at}/change", longer | {"shown": "360.00"}).status_code == 302
    assert Event.objects.filter(kind="room_moved").count() == 1
    other = Booking.objects.exclude(pk=booking.pk).get()
    assert GuestReading.objects.filter(guest=other.guest_id).exists()


def test_a_change_tells_that_the_guest_gets_another_room(desk, at, booking, longer):
    Occupancy.objects.exclude(booking=booking).update(pinned=True)

    page = desk.post(f"{at}/change", longer).content.decode()

    assert "The guest gets another room in place of 1." in page


def test_a_full_house_is_refused_with_what_can_be_done(
    desk, url, at, house, actor, booking, longer
):
    today = house.settings.today()
    numbers = dict(house.rooms.values_list("number", "pk"))
    make_booking(house, actor, start=0, nights=2, guest=ADA)
    block_create(
        property_id=house.pk,
        stay=Stay(today, today + timedelta(days=5)),
        room_ids=[numbers["3"]],
        by=actor,
    )
    Occupancy.objects.exclude(booking=booking).update(pinned=True)

    page = problems(desk.post(f"{at}/change", longer))

    assert "Grace Hopper has room 1" in page
    assert "Move Grace Hopper to room 2…" in page
    assert "Book room 2…" in page
    links = [html.unescape(link) for link in re.findall(r'href="([^"]+to_room=[^"]+)"', page)]
    (link,) = links
    asked = desk.get(link)
    assert "Keep the price: €240.00" in asked.content.decode()
    back = asked.context["back"]
    sent = dict(parse_qsl(urlsplit(link).query)) | {"price": "kept"}
    assert desk.post(urlsplit(link).path, sent).headers["Location"] == back
    assert f'value="{longer["departure"]}"' in desk.get(back).content.decode()
    assert desk.post(f"{at}/change", longer | {"shown": "360.00"}).status_code == 302


def test_blocks_and_what_is_being_booked_are_named(desk, at, house, actor, booking):
    today = house.settings.today()
    for start, room in enumerate(house.rooms.order_by("number"), start=2):
        first = today + timedelta(days=start)
        stay = Stay(first, first + timedelta(days=1))
        block_create(property_id=house.pk, stay=stay, room_ids=[room.pk], by=actor)
    sent = {
        "arrival": today.isoformat(),
        "departure": (today + timedelta(days=5)).isoformat(),
        "adults": "2",
        "price": "granted",
    }

    page = problems(desk.post(f"{at}/change", sent))

    assert "Room 1 is blocked" in page
    assert "Open the block" in page
