"""A channel keeps a copy of bookings from numbered revisions, and says what it has."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookyflow.billing.invoicing import invoice_issue
from bookyflow.billing.payments import payment_record
from bookyflow.channels.models import Channel, ChannelProperty, RevisionAck, RevisionFeed
from bookyflow.channels.revisions import revision_list, revisions_acknowledge
from bookyflow.channels.tasks import revisions_watch
from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.core.dates import utc_text
from bookyflow.events.models import Event
from bookyflow.guests.profiles import guest_update
from bookyflow.properties.models import ManagerAccess
from bookyflow.properties.selectors import Reach
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import booking_cancel, booking_check_in
from bookyflow.reservations.models import Booking
from bookyflow.reservations.notes import note_save
from tests.conftest import make_hotel
from tests.domain.conftest import ADA, at_once, book, stay
from tests.domain.events.conftest import in_another_connection
from tests.features.cmf.conftest import (
    BASE,
    day,
    refusal,
    reservation,
    sent,
    shown,
    stay_info,
    value,
)
from tests.feeds import settled

pytestmark = pytest.mark.django_db(transaction=True)

REVISIONS = BASE + "reservations/revisions"
ACK = BASE + "reservations/revisions/ack"
ADD = BASE + "reservations/add"
MODIFY = BASE + "reservations/modify"


@pytest.fixture
def read(ota):
    """The revisions, by default those that are not acknowledged."""

    def call(query="", client=ota):
        settled()
        return value(client.get(f"{REVISIONS}{query}"))

    return call


@pytest.fixture
def acknowledge(ota):
    return lambda *numbers: value(ota.post(ACK, {"revisions": list(numbers)}))


def numbers(found):
    return [one["revision"] for one in found]


def test_a_revision_has_the_whole_booking(ota, client_for, linked, hotel, double, read):
    one = stay_info(hotel, channel_price="570.00", already_paid=57, room_quantity=2, guest_number=2)
    value(ota.put(ADD, sent(reservation("70012345", one))))
    booking = Booking.objects.get()
    event = Event.objects.get(kind="booking_added")
    both = client_for("channel_management guests_get", channel="ota")

    found = read(client=both)

    (wanted,) = shown(
        "reservations_revisions",
        property_uid=hotel.pk,
        booking_id=booking.pk,
        local_booking_id=booking.pk,
        booking_number=booking.number,
        invoice_id=None,
        invoice_number="",
        booking_created=utc_text(booking.created_at),
        last_modified=utc_text(booking.changed_at),
        date_from=day(3),
        date_to=day(4),
        channel_id=linked.pk,
        adults=4,
        number_of_guests=4,
        guest_id=booking.guest_id,
        by_room_types_booked=double.pk,
        room_type_id=double.pk,
        number_of_rooms_of_type_booked=2,
        room_ids=list(booking.occupancies.order_by("room").values_list("room", flat=True)),
        revision=found[0]["revision"],
        change="new",
        event="booking_added",
        date=utc_text(event.at),
        age=found[0]["age"],
    )
    assert found == [wanted]
    assert 0 <= found[0]["age"] < 60


def test_a_revision_has_all_that_is_known_of_the_guest_and_the_invoice(client_for, hotel, read):
    person = replace(ADA, house="The Mill", town="Ockham", region="GB-SRY", country="GB")
    booking = book(hotel, stay(3, 2), guest=person)
    here = {"property_id": hotel.pk, "by": SYSTEM}
    guest_update(guest_id=booking.guest_id, changes={"preferences": "A quiet room"}, **here)
    invoice = invoice_issue(booking_id=booking.pk, **here)

    found = read("?after=0", client_for("channel_management guests_get", channel="ota"))[-1]

    told = found["booking"]
    names = ("enc_house", "enc_city", "enc_region", "enc_preferences")
    assert [told["guest_data"][name] for name in names] == [
        "The Mill",
        "Ockham",
        "Surrey",
        "A quiet room",
    ]
    assert (told["invoice_id"], told["invoice_number"]) == (invoice.pk, invoice.number)


def test_who_the_guest_is_needs_its_scope(ota, hotel, read):
    value(ota.put(ADD, sent(reservation("R1", stay_info(hotel)))))

    (found,) = read()

    booking = found["booking"]
    assert (booking["comments"], booking["referrer"]) == ("", "")
    assert "guest_data" not in booking
    assert booking["booking_total"] == "240.00"
    assert "Berger" not in str(found)


def test_whoever_changes_a_booking_makes_a_revision(ota, hotel, read, by):
    block_create(property_id=hotel.pk, stay=stay(50, 1), by=by)
    booking = book(hotel, stay(0, 2), by=by)
    which = {"property_id": hotel.pk, "booking_id": booking.pk, "by": by}
    note_save(**which, text="Nothing")
    payment_record(**which, amount=Decimal(5), method="cash")
    booking_check_in(**which)
    other = book(hotel, stay(3, 2), by=by)
    booking_cancel(booking_id=other.pk, property_id=hotel.pk, by=by)

    found = read()

    assert [(one["change"], one["booking_id"]) for one in found] == [
        ("new", booking.pk),
        ("modified", booking.pk),
        ("modified", booking.pk),
        ("new", other.pk),
        ("cancelled", other.pk),
    ]
    assert {one["channel_id"] for one in found} == {None}
    assert [one["booking"]["status"]["status_code"] for one in found] == [4, 4, 4, 6, 6]
    assert found[0]["booking"]["amount_paid"] == "5.00"
    assert numbers(found) == sorted(numbers(found))


@pytest.fixture
def by(manager):
    return Actor(user_id=manager.pk)


def test_only_of_properties_that_are_linked(ota, manager, stranger, hotel, read):
    unlinked = make_hotel(manager, name="Unlinked")
    unlinked.settings.api_privacy_off = True
    unlinked.settings.save()
    for prop in (hotel, unlinked, make_hotel(stranger, name="Foreign")):
        book(prop, stay(3, 2))

    assert [one["property_uid"] for one in read()] == [hotel.pk]


def test_pages_lead_from_one_to_the_next(ota, hotel, read):
    for start in range(5):
        book(hotel, stay(3 + start, 1))
    whole = numbers(read())
    settled()

    found, path = [], f"{REVISIONS}?limit=2"
    while path:
        answer = ota.get(path)
        found += numbers(value(answer))
        link = answer.headers.get("Link", "")
        path = link.partition("<")[2].partition(">")[0]

    assert found == whole
    assert numbers(read(f"?after={whole[2]}")) == whole[3:]
    assert read(f"?after={2**63 - 1}") == []


@pytest.mark.parametrize("query", ["?after=-1", "?after=x", f"?after={2**63}", "?limit=0"])
def test_refuses_what_is_no_number(ota, linked, query):
    status, key, _ = refusal(ota.get(f"{REVISIONS}{query}"))

    assert (status, key) == (400, "validation_failed")


@pytest.mark.parametrize(
    "bad", [None, "", [], {}, [0], [-1], ["x"], [1.5], [2**63], [[1]], list(range(1, 1002))]
)
def test_refuses_what_is_no_list_of_numbers(ota, linked, bad):
    status, key, _ = refusal(ota.post(ACK, {"revisions": bad}))

    assert (status, key) == (400, "validation_failed")


def test_what_is_acknowledged_is_not_told_again(ota, hotel, read, acknowledge):
    for start in range(4):
        book(hotel, stay(3 + start, 1))
    one, two, three, four = numbers(read())

    # Out of order, repeated, and with numbers that are none.
    assert acknowledge(three, three, 2**60) == {"acknowledged": [three], "unknown": [2**60]}
    assert numbers(read()) == [one, two, four]
    assert RevisionFeed.objects.get().acknowledged_through < one
    assert acknowledge(one, three)["acknowledged"] == [one, three]
    assert numbers(read()) == [two, four]
    assert RevisionFeed.objects.get().acknowledged_through == two - 1
    acknowledge(two)
    assert RevisionFeed.objects.get().acknowledged_through == four - 1
    assert not RevisionAck.objects.exists()
    assert acknowledge(one, two, three, four)["unknown"] == []
    assert read() == []

    found = read("?after=0")
    assert [(one["acknowledged"], one["age"]) for one in found] == [(1, None)] * 4
    book(hotel, stay(20, 1))
    assert len(read()) == 1


def test_channels_acknowledge_for_themselves(ota, manager, hotel, read, acknowledge, client_for):
    other = Channel.objects.create(user=manager, name="two", friendly_name="Two")
    ChannelProperty.objects.create(channel=other, property=hotel)
    book(hotel, stay(3, 1))
    acknowledge(*numbers(read()))

    found = read(client=client_for("channel_management", channel="two"))

    assert [one["acknowledged"] for one in found] == [0]


def test_what_is_no_revision_of_the_channel_is_not_acknowledged(
    ota, manager, hotel, read, acknowledge
):
    book(make_hotel(manager, name="Unlinked"), stay(3, 1))
    book(hotel, stay(3, 1))
    (number,) = numbers(read())
    settled()
    strange = Event.objects.exclude(property_id=hotel.pk).values_list("position", flat=True)

    assert acknowledge(*strange)["acknowledged"] == []
    assert numbers(read()) == [number]


def test_a_late_commit_is_never_passed_over(ota, hotel, manager, read, acknowledge):
    other = make_hotel(manager, name="Other")
    ChannelProperty.objects.create(channel=Channel.objects.get(), property=other)
    begun, go_on = threading.Event(), threading.Event()

    def late():
        with transaction.atomic():
            book(other, stay(3, 1))
            begun.set()
            assert go_on.wait(30)

    thread = in_another_connection(late)
    assert begun.wait(30)
    early = book(hotel, stay(3, 1))
    before = value(ota.get(REVISIONS))
    acknowledge(*(numbers(before) or [2**60]))
    go_on.set()
    thread.join(30)

    found = read()
    everything = numbers(read("?after=0"))

    # What was committed first began later: it waits, so that its number is the greater one.
    assert before == []
    assert [one["property_uid"] for one in found] == [other.pk, hotel.pk]
    assert everything == sorted(everything)
    assert found[1]["booking_id"] == early.pk


def test_the_mark_stands_at_the_last_one_whichever_is_acknowledged_last(
    ota, hotel, read, reach, channel
):
    for start in range(3):
        book(hotel, stay(3 + start, 1))
    first, second, third = numbers(read())

    for one in (third, first, second):
        revisions_acknowledge(channel_id=channel.pk, reach=reach, revisions=[one])

    assert RevisionFeed.objects.get().acknowledged_through == third
    assert not RevisionAck.objects.exists()


def test_rivals_acknowledge_each_once_and_lose_none(ota, hotel, read, reach, channel):
    for start in range(12):
        book(hotel, stay(3 + start, 1))
    every = numbers(read())

    def work(n):
        mine = every[n % 3 :: 3] * 2
        Random(n).shuffle(mine)  # an order, no secret
        return [
            revisions_acknowledge(
                channel_id=channel.pk, reach=reach, revisions=mine[part : part + 3]
            ).unknown
            for part in range(0, len(mine), 3)
        ]

    results = at_once(6, work)

    assert all(unknown == [] for result in results for unknown in result), results
    assert read() == []
    assert RevisionFeed.objects.get().acknowledged_through == every[-1]
    assert not RevisionAck.objects.exists()


@pytest.fixture
def reach(manager):
    return Reach(manager.pk, manager.access_level, key_id=0, all_properties=True, is_test=False)


def live(prop, n, by):
    """Book, pay and sometimes cancel, at nights of one's own."""
    for turn in range(8):
        booking = book(prop, stay(10 * (8 * n + turn) + 3, 2), by=by)
        which = {"property_id": prop.pk, "booking_id": booking.pk, "by": by}
        payment_record(**which, amount=Decimal(turn + 1), method="cash")
        if turn % 3 == n:
            booking_cancel(**which)


def test_a_copy_from_revisions_alone_is_true_whatever_happens_meanwhile(
    ota, hotel, reach, channel, by
):
    """Readers and writers at once: the copy is what the database has."""
    done, copy = threading.Event(), {}

    def take_over(revisions):
        for one in revisions:
            copy[one.booking_id] = one.booking
        numbers = [one.number for one in revisions]
        revisions_acknowledge(channel_id=channel.pk, reach=reach, revisions=numbers)

    def keep():
        is_last = False
        while not is_last:
            is_last = done.is_set()
            while page := revision_list(channel_id=channel.pk, reach=reach, limit=7).revisions:
                take_over(page)

    reader = in_another_connection(keep)
    results = at_once(3, lambda n: live(hotel, n, by))
    settled()
    done.set()
    reader.join(60)

    assert results == [None] * 3
    kept = {(pk, one.state, one.total, one.paid) for pk, one in copy.items()}
    assert kept == set(Booking.objects.values_list("pk", "state", "total", "paid"))
    assert len(kept) == 24


def test_what_waits_too_long_is_told_once(ota, hotel, read, acknowledge, channel):
    for start in range(3):
        book(hotel, stay(3 + start, 1))
    one, two, three = numbers(read())
    long_ago = timezone.now() - timedelta(minutes=61)

    Event.objects.update(at=long_ago)
    assert revisions_watch(0) == 0  # it has never acknowledged any
    acknowledge(one)
    assert revisions_watch(0) == 0  # it has only begun to
    RevisionFeed.objects.update(created_at=long_ago)

    assert [revisions_watch(0), revisions_watch(0)] == [2, 0]
    told = Event.objects.filter(kind="revision_unacknowledged").order_by("pk")
    assert [(event.property_id, event.data["revision"]) for event in told] == [
        (hotel.pk, two),
        (hotel.pk, three),
    ]
    assert told[0].data["channel_id"] == channel.pk
    assert read()[0]["age"] > 3600
    acknowledge(two, three)
    book(hotel, stay(9, 1))
    assert numbers(read())[0] > three
    assert revisions_watch(0) == 0


def test_one_that_is_younger_holds_back_what_is_numbered_behind_it(ota, hotel, read, acknowledge):
    for start in range(3):
        book(hotel, stay(3 + start, 1))
    one, two, three = numbers(read())
    acknowledge(one)
    long_ago = timezone.now() - timedelta(minutes=61)
    RevisionFeed.objects.update(created_at=long_ago)
    Event.objects.filter(position=three).update(at=long_ago)

    assert revisions_watch(0) == 0
    Event.objects.filter(position=two).update(at=long_ago)
    assert revisions_watch(0) == 2


def test_nobody_waits_for_a_channel_whose_user_may_not_see_the_property(
    ota, manager, hotel, read, acknowledge
):
    book(hotel, stay(3, 1))
    book(hotel, stay(4, 1))
    acknowledge(numbers(read())[0])
    long_ago = timezone.now() - timedelta(minutes=61)
    RevisionFeed.objects.update(created_at=long_ago)
    Event.objects.update(at=long_ago)
    ManagerAccess.objects.filter(property=hotel).delete()

    assert revisions_watch(0) == 0


def test_without_a_deadline_nothing_is_told(ota, hotel, read, acknowledge, settings):
    settings.REVISION_DEADLINE_MINUTES = 0
    book(hotel, stay(3, 1))
    acknowledge(2**60)
    RevisionAck.objects.create(channel=Channel.objects.get(), position=1)
    RevisionAck.objects.update(at=timezone.now() - timedelta(days=91))
    Event.objects.update(at=timezone.now() - timedelta(days=9))
    RevisionFeed.objects.update(created_at=timezone.now() - timedelta(days=9))

    assert revisions_watch(0) == 0
    assert not RevisionAck.objects.exists()


def test_the_number_of_queries_does_not_grow(ota, hotel):
    for start in range(20):
        book(hotel, stay(3 + start, 1))
    counts = []
    for limit in (2, 20):
        settled()
        with CaptureQueriesContext(connection) as captured:
            assert len(value(ota.get(f"{REVISIONS}?limit={limit}"))) == limit
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 9


def test_a_modification_is_a_revision_like_any_other(ota, hotel, read, acknowledge):
    value(ota.put(ADD, sent(reservation("R1", stay_info(hotel)))))
    acknowledge(*numbers(read()))

    value(ota.put(MODIFY, sent(reservation("R1", stay_info(hotel, 5, 7)))))

    (found,) = read()
    assert (found["change"], found["booking"]["date_to"]) == ("modified", day(7))
    assert found["booking"]["mapping"]["linked_bookings"]["remote_booking_id"] == "R1"
