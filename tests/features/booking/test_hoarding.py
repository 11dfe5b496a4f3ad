"""How much of a house strangers may take without paying: room-nights, not calls."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from bookyflow.accounts.models import AccessLevel
from bookyflow.availability.models import Occupancy
from bookyflow.billing.payments import payment_record
from bookyflow.core.acting import Actor
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.models import Booking, Hold, QuoteUse
from bookyflow.reservations.tasks import holds_release, quote_uses_clear
from bookyflow.rooms.models import Room
from tests.conftest import make_hotel
from tests.domain.conftest import at_once
from tests.domain.conftest import book as sell
from tests.domain.conftest import stay as nights
from tests.domain.reservations.conftest import price
from tests.features.booking.conftest import API, GUEST, data, told
from tests.openapi import CheckedClient

pytestmark = pytest.mark.django_db

ELSEWHERE = "203.0.113.9"


@pytest.fixture
def limits(settings):
    """Set limits; the others are off."""

    def to(**changes):
        names = ("ROOM_NIGHTS_PER_ADDRESS", "ROOM_NIGHTS_PER_KEY", "ROOM_NIGHTS_SHARE")
        for name in (*names, "HOLD_LONGEST_NIGHTS", "HOLD_FURTHEST_DAYS"):
            setattr(settings, name, changes.get(name, 0))

    return to


@pytest.fixture
def in_production(limits):
    limits(
        ROOM_NIGHTS_PER_ADDRESS=90,
        ROOM_NIGHTS_PER_KEY=10_000,
        ROOM_NIGHTS_SHARE=25,
        HOLD_LONGEST_NIGHTS=30,
        HOLD_FURTHEST_DAYS=500,
    )


@pytest.fixture
def house(inn, double):
    """The inn with eight rooms."""
    Room.objects.bulk_create(
        Room(property=inn, room_type=double, number=str(number)) for number in range(4, 9)
    )
    return inn


@pytest.fixture
def stay(asked, double):
    """The request for some nights of some rooms, `later` than others."""
    first = date.fromisoformat(asked["arrival"])

    def make(nights, rooms=1, later=0):
        arrival = first + timedelta(days=later)
        return {
            "arrival": arrival.isoformat(),
            "departure": (arrival + timedelta(days=nights)).isoformat(),
            "rooms": [{"room_type_uid": double.pk}] * rooms,
            "adults": 2 * rooms,
        }

    return make


@pytest.fixture
def take(anonymous, quoted, stay):
    """Quote a stay, then hold or confirm it; the answer of the latter."""

    def send(*wanted, how="hold", client=anonymous, **headers):
        body = {"quote": quoted(**stay(*wanted))["quote"]} | (
            {"guest": GUEST} if how == "confirm" else {}
        )
        return client.post(f"{API}/{how}", body, **headers)

    return send


def taken():
    return sum((one.nights.upper - one.nights.lower).days for one in Occupancy.objects.all())


@pytest.mark.parametrize("how", ["hold", "confirm"])
def test_four_calls_do_not_empty_the_house(in_production, house, take, how):
    answers = [take(214, 2, how=how) for _ in range(4)]

    key = "stay_too_long" if how == "hold" else "too_many_holds"
    assert {one.json()["key"] for one in answers} == {key}
    assert taken() == 0


@pytest.mark.parametrize("how", ["hold", "confirm"])
def test_one_address_takes_so_many_room_nights(in_production, house, take, how):
    answers = [take(30, 2, 30 * number, how=how) for number in range(6)]
    more = [take(nights, how=how) for nights in (30, 1)]

    assert [one.status_code for one in answers] == [201, 429, 429, 429, 429, 429]
    assert [one.status_code for one in more] == [201, 429]
    assert taken() == 90
    assert take(7, 5, how=how, REMOTE_ADDR=ELSEWHERE).status_code == 201


def test_addresses_of_one_line_are_one_caller(limits, house, take):
    limits(ROOM_NIGHTS_PER_ADDRESS=6)

    answers = [take(3, REMOTE_ADDR=f"2001:db8:1:2::{n}").status_code for n in range(1, 9)]

    assert answers == [201, 201] + [429] * 6
    assert take(3, REMOTE_ADDR="2001:db8:1:3::1").status_code == 201


def test_holds_and_bookings_count_together_and_a_confirmed_hold_once(confirm, limits, house, take):
    limits(ROOM_NIGHTS_PER_ADDRESS=9)
    confirm(held=data(take(3), 201))

    answers = [take(3, how=how) for how in ("confirm", "hold", "hold", "confirm")]

    assert [told(one) for one in answers[2:]] == [(429, "too_many_holds")] * 2
    assert [one.status_code for one in answers[:2]] == [201, 201]


def test_enquiries_count_while_they_hold_rooms(limits, house, take):
    limits(ROOM_NIGHTS_PER_ADDRESS=3)
    PropertySettings.objects.update(requires_approval=True, enquiry_hold_hours=48)

    assert [take(3, how="confirm").status_code for _ in range(2)] == [201, 429]
    Occupancy.objects.update(expires_at=timezone.now())
    assert take(3, how="confirm").status_code == 201


def test_what_is_let_go_or_over_counts_no_more(cancel, limits, house, take):
    limits(ROOM_NIGHTS_PER_ADDRESS=3)
    first = data(take(3), 201)
    assert take(3).status_code == 429
    cancel(first)
    assert take(3).status_code == 201
    Hold.objects.update(expires_at=timezone.now())
    Occupancy.objects.update(expires_at=timezone.now())
    assert take(3).status_code == 201
    holds_release(0)

    booking = data(take(3, how="confirm", REMOTE_ADDR=ELSEWHERE), 201)
    assert take(3, how="confirm", REMOTE_ADDR=ELSEWHERE).status_code == 429
    cancel(booking)
    assert take(3, how="confirm", REMOTE_ADDR=ELSEWHERE).status_code == 201


def test_what_is_paid_counts_no_more(limits, house, take, manager):
    limits(ROOM_NIGHTS_PER_ADDRESS=3, ROOM_NIGHTS_SHARE=1)
    take(3, how="confirm")
    booking = Booking.objects.get()
    payment_record(
        property_id=house.pk,
        booking_id=booking.pk,
        amount=booking.deposit_required,
        method="card",
        by=Actor(user_id=manager.pk),
    )

    assert take(3).status_code == 201


def test_a_booking_that_owes_no_deposit_counts_for_a_day(limits, house, take):
    limits(ROOM_NIGHTS_PER_ADDRESS=3)
    PropertySettings.objects.update(deposit_kind="none")
    assert data(take(3, how="confirm"), 201)["status"] == "confirmed"
    assert take(3, how="confirm").status_code == 429

    QuoteUse.objects.update(used_at=timezone.now() - timedelta(hours=25))

    assert take(3, how="confirm").status_code == 201


def test_a_booking_whose_deposit_is_missing_counts_as_long_as_it_stands(limits, house, take):
    limits(ROOM_NIGHTS_PER_ADDRESS=3)
    take(3, how="confirm")
    QuoteUse.objects.update(used_at=timezone.now() - timedelta(hours=70))
    assert quote_uses_clear(0) == 0

    assert take(3, how="confirm").status_code == 429


def test_strangers_together_take_a_share_of_the_house(limits, inn, take):
    """Three rooms for sale on forty days: a quarter of these 120 room-nights, which is 30."""
    limits(ROOM_NIGHTS_SHARE=25)
    PropertySettings.objects.update(advance_limit_on=True, advance_limit_days=40)

    wanted = {(5, 2): "hold", (5, 1): "confirm", (3, 3, 5): "hold", (3, 3, 8): "hold"}

    answers = [
        take(*stay, how=how, REMOTE_ADDR=f"192.0.2.{number}")
        for number, (stay, how) in enumerate(wanted.items())
    ]

    assert [one.status_code for one in answers] == [201, 201, 201, 429]
    assert told(answers[-1]) == (429, "too_many_holds")


def test_a_small_house_can_be_booked_as_a_whole(in_production, inn, take):
    Room.objects.filter(number__in="23").delete()
    PropertySettings.objects.update(advance_limit_on=True, advance_limit_days=60)

    assert take(28).status_code == 201


def test_staff_and_channels_are_not_held_up_by_strangers(limits, inn, take, manager):
    limits(ROOM_NIGHTS_SHARE=1)
    assert take(10, 3).status_code == 201
    assert take(1, 1, 15).status_code == 429

    assert sell(inn, nights(45, 3), by=Actor(user_id=manager.pk)).state == "provisional"


def test_a_booking_site_is_counted_by_its_key_pair(limits, house, client_for, take):
    limits(ROOM_NIGHTS_PER_ADDRESS=3, ROOM_NIGHTS_PER_KEY=9, ROOM_NIGHTS_SHARE=1)
    site, other = client_for("echo_get"), client_for("echo_get")

    assert [take(3, client=site).status_code for _ in range(4)] == [201, 201, 201, 429]
    assert take(3, client=other, how="confirm").status_code == 201
    assert [take(3).status_code for _ in range(2)] == [201, 429]


def test_a_key_pair_that_does_not_reach_the_house_is_a_stranger_to_it(
    limits, house, client_for, user_with_level, manager, take
):
    limits(ROOM_NIGHTS_PER_ADDRESS=3, ROOM_NIGHTS_PER_KEY=200, ROOM_NIGHTS_SHARE=1)
    foreign = [
        client_for("echo_get", user=user_with_level(AccessLevel.REGISTERED)),
        client_for("echo_get", user=user_with_level(AccessLevel.MANAGER)),
        client_for("echo_get", is_test=True),
        client_for("echo_get", all_properties=False),
    ]
    own = client_for("echo_get", user=manager)

    assert take(28, client=foreign[0]).status_code == 201
    for client in foreign:
        assert told(take(28, client=client)) == (429, "too_many_holds")
    assert take(28, client=own).status_code == 201


def test_the_site_may_hold_for_longer_than_a_stranger(in_production, inn, client_for, take):
    assert told(take(31)) == (409, "stay_too_long")
    assert take(31, client=client_for("echo_get")).status_code == 201


def test_rooms_are_held_for_near_arrivals_only(limits, inn, take):
    limits(HOLD_FURTHEST_DAYS=60)

    assert take(1, 1, 30).status_code == 201
    refused = take(1, 1, 31)
    assert told(refused) == (409, "arrival_too_late")
    last = inn.settings.today() + timedelta(days=60)
    assert refused.json()["detail"] == f"Rooms are held for arrivals until {last}: book at once."
    assert take(1, 1, 31, how="confirm").status_code == 201


def test_the_refusal_says_when_to_come_again(limits, inn, take, time_machine):
    limits(ROOM_NIGHTS_PER_ADDRESS=6)
    time_machine.move_to(timezone.now(), tick=False)
    take(3)

    refused, never = take(4), take(7)

    assert refused["Retry-After"] == "3600"  # when the hold ends
    assert refused.json()["detail"] == (
        "You may take 6 room-nights in all before anything is paid; 3 are taken, and 4 more are "
        "asked."
    )
    assert told(never) == (429, "too_many_holds")
    assert "Retry-After" not in never


def test_uses_are_kept_while_they_count(limits, house, take):
    limits(ROOM_NIGHTS_PER_ADDRESS=20)
    PropertySettings.objects.update(hold_minutes=3000)
    assert [take(3, how=how).status_code for how in ("hold", "confirm")] == [201, 201]
    PropertySettings.objects.update(deposit_kind="none")
    assert take(3, how="confirm").status_code == 201
    assert quote_uses_clear(0) == 0
    QuoteUse.objects.update(used_at=timezone.now() - timedelta(hours=25))

    assert quote_uses_clear(0) == 1
    assert QuoteUse.objects.count() == 2


def test_no_address_is_kept(limits, house, take):
    take(3, REMOTE_ADDR="192.0.2.77")

    assert len(QuoteUse.objects.get().caller) == 64


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_none_slips_by_the_share(limits, house, quoted, stay):
    limits(ROOM_NIGHTS_SHARE=1)  # 29 of these 2,920 room-nights, so the least: 30
    quotes = [quoted(**stay(6))["quote"] for _ in range(8)]

    def work(number):
        body = {"quote": quotes[number]}
        return CheckedClient().post(f"{API}/hold", body, REMOTE_ADDR=f"192.0.2.{number}")

    answers = at_once(8, work)

    assert sorted(one.status_code for one in answers) == [201] * 5 + [429] * 3
    assert taken() == 30


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_at_several_houses_none_slips_by_the_limit_of_an_address(
    limits, inn, double, quoted, stay
):
    limits(ROOM_NIGHTS_PER_ADDRESS=6)
    houses = [make_hotel(name=f"House {number}") for number in range(6)]
    for house in houses:
        price(house, double, 120)
    quotes = [quoted(**stay(6), property_uid=house.pk)["quote"] for house in houses]

    def work(number):
        return CheckedClient().post(f"{API}/hold", {"quote": quotes[number]})

    answers = at_once(len(quotes), work)

    assert sorted(one.status_code for one in answers) == [201] + [429] * 5
    assert taken() == 6


def test_confirming_at_once_needs_few_statements(
    in_production, inn, quoted, confirm, django_assert_max_num_queries
):
    quote = quoted()["quote"]

    with django_assert_max_num_queries(18 + 4):  # four of savepoints, which do not count
        data(confirm(quote), 201)
