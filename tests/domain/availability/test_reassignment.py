from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from bookyflow.availability.models import Allotment, Occupancy, OccupancyKind
from bookyflow.availability.selectors import rooms_continuously_free
from bookyflow.availability.services import rooms_choose
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import Stay, today_in
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.models import Booking, BookingState
from bookyflow.rooms.models import Room, RoomType
from tests.domain.conftest import at_once, book, stay, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def rooms(hotel):
    """The hotel's rooms by number."""
    return {room.number: room for room in hotel.rooms.all()}


def put(hotel, room, when: Stay, *, pinned: bool = False) -> Booking:
    """A booking in exactly this room."""
    made = block_create(property_id=hotel.pk, stay=stay(400, 1), room_ids=[room.pk], by=SYSTEM)
    Occupancy.objects.filter(booking=made).update(
        nights=(when.arrival, when.departure), kind=OccupancyKind.BOOKING, pinned=pinned
    )
    return made


def choose(hotel, when: Stay, **wanted) -> list[str]:
    facts = {"quantity": 1, "room_type_id": None, "guests": 0} | wanted
    with transaction.atomic():
        property_lock(hotel.pk)
        ids = rooms_choose(
            property_id=hotel.pk, nights=taken(when), today=today_in("UTC"), by=SYSTEM, **facts
        )
    return sorted(hotel.rooms.filter(pk__in=ids).values_list("number", flat=True))


def where(booking) -> list[str]:
    return sorted(booking.occupancies.values_list("room__number", flat=True))


def refused(hotel, when, **wanted) -> str:
    with pytest.raises(DomainError) as error:
        choose(hotel, when, **wanted)
    return error.value.key


def test_the_room_whose_gap_fits_tightest_is_taken(hotel, rooms):
    put(hotel, rooms["2"], stay(5, 5))
    put(hotel, rooms["2"], stay(14, 5))  # four nights between
    put(hotel, rooms["3"], stay(7, 3))
    put(hotel, rooms["3"], stay(12, 3))  # two nights between

    assert choose(hotel, stay(10, 2)) == ["3"]
    assert choose(hotel, stay(10, 3)) == ["2"]
    assert choose(hotel, stay(10, 9)) == ["1"]


def test_a_room_that_is_free_for_long_is_kept_for_long_stays(hotel, rooms):
    put(hotel, rooms["3"], stay(1, 4))

    assert choose(hotel, stay(5, 2)) == ["3"]
    assert choose(hotel, stay(60, 2)) == ["1"]


def test_the_past_makes_no_gap(hotel, rooms, today):
    put(hotel, rooms["3"], Stay(today - timedelta(days=4), today - timedelta(days=1)))
    put(hotel, rooms["2"], stay(7, 2))  # five nights between, and one more before the other's

    assert choose(hotel, stay(0, 2)) == ["2"]


def test_where_the_past_ends_is_the_propertys_to_say(hotel, rooms, time_machine):
    time_machine.move_to("2030-06-01T12:00:00Z")  # there, the second of June has begun
    PropertySettings.objects.filter(property=hotel).update(time_zone="Pacific/Kiritimati")
    put(hotel, rooms["2"], stay(-1, 2))
    put(hotel, rooms["2"], stay(8, 2))  # six nights between
    put(hotel, rooms["3"], stay(7, 2))  # five nights from the second, six from the first
    Allotment.objects.create(
        property=hotel, room_type=rooms["3"].room_type, date=date(2030, 6, 3), max_to_sell=1
    )

    today = PropertySettings.objects.get(property=hotel).today()
    shown = rooms_continuously_free(property_id=hotel.pk, nights=taken(stay(2, 2)), today=today)

    assert shown == [rooms["3"]]
    assert where(book(hotel, stay(2, 2))) == ["3"]


def test_the_smallest_room_that_fits_comes_before_the_tightest(hotel, rooms):
    Room.objects.filter(number="3").update(max_adults=4, max_occupancy=4)
    put(hotel, rooms["3"], stay(7, 3))
    put(hotel, rooms["3"], stay(12, 3))

    assert choose(hotel, stay(10, 2)) == ["1"]
    assert choose(hotel, stay(10, 2), guests=3) == ["3"]


def test_adults_and_children_each_need_their_places(hotel):
    Room.objects.filter(number="1").update(max_adults=3, max_children=1, max_occupancy=3)
    Room.objects.filter(number="2").update(max_adults=2, max_children=2, max_occupancy=4)

    assert choose(hotel, stay(1, 1), adults=3) == ["1"]
    assert choose(hotel, stay(1, 1), adults=2, children=1) == ["1"]
    assert choose(hotel, stay(1, 1), adults=2, children=2) == ["2"]
    assert refused(hotel, stay(1, 1), adults=3, children=1) == "no_room_available"
    assert refused(hotel, stay(1, 1), adults=4) == "no_room_available"


def test_no_more_than_one_query_while_rooms_are_free(hotel, django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1):
        wanted = {"quantity": 3, "guests": 2, "today": today_in("UTC")}
        rooms_choose(property_id=hotel.pk, nights=taken(stay(1, 2)), by=SYSTEM, **wanted)


def checkered(hotel, rooms):
    """A stay in each room, on different nights: no room is free on all of them."""
    hotel.rooms.exclude(number__in=["1", "2"]).delete()
    return put(hotel, rooms["1"], stay(5, 3)), put(hotel, rooms["2"], stay(8, 3))


def test_a_booking_moves_so_that_a_long_stay_finds_place(hotel, rooms, by):
    early, late = checkered(hotel, rooms)
    before = {row.pk: row for row in Occupancy.objects.all()}
    Event.objects.all().delete()

    made = book(hotel, stay(5, 6), by=by)

    assert where(early) == where(late) != where(made)
    for row in Occupancy.objects.exclude(booking=made):
        kept = before[row.pk]
        assert (row.booking_id, row.nights, row.kind) == (kept.booking_id, kept.nights, kept.kind)
        assert (row.room_type_id, row.pinned) == (kept.room_type_id, kept.pinned)
    event = Event.objects.get(kind="room_moved")
    moved = early if where(early) == ["2"] else late
    assert (event.subject_kind, event.subject_id, event.user_id) == (
        "booking",
        moved.pk,
        by.user_id,
    )
    assert event.data["contract_uid"] == moved.pk
    (move,) = event.data["moves"]
    assert {move["from"], move["to"]} == {rooms["1"].pk, rooms["2"].pk}
    assert Event.objects.filter(kind="booking_added").count() == 1


def test_a_booking_of_several_rooms_has_one_event_for_all_its_moves(hotel, rooms):
    Room.objects.create(property=hotel, room_type=rooms["1"].room_type, number="4")
    both = put(hotel, rooms["1"], stay(5, 3))
    second = put(hotel, rooms["2"], stay(5, 3))
    Occupancy.objects.filter(booking=second).update(booking=both)
    for number in ("3", "4"):
        put(hotel, hotel.rooms.get(number=number), stay(8, 3), pinned=True)

    assert choose(hotel, stay(5, 6), quantity=2) == ["1", "2"]

    event = Event.objects.get(kind="room_moved")
    assert event.subject_id == both.pk
    assert len(event.data["moves"]) == 2


@pytest.mark.parametrize(
    "why", ["pinned", "block", "began", "arrives today", "checked_in", "just booking"]
)
def test_what_must_stay_is_not_moved(hotel, rooms, today, why):
    early, late = checkered(hotel, rooms)
    found = Occupancy.objects.filter(booking__in=[early, late])
    when = stay(5, 6)
    if why == "pinned":
        found.update(pinned=True)
    elif why == "block":
        found.update(kind=OccupancyKind.BLOCK)
    elif why == "checked_in":
        Booking.objects.filter(pk__in=[early.pk, late.pk]).update(state=BookingState.CHECKED_IN)
    elif why == "just booking":
        expires = timezone.now() + timedelta(hours=1)
        found.update(kind=OccupancyKind.HOLD, booking=None, expires_at=expires)
    else:
        when = stay(0, 6)
        first = today if why == "arrives today" else today - timedelta(days=1)
        found.filter(booking=early).update(nights=(first, stay(0, 3).departure))
        found.filter(booking=late).update(
            nights=(stay(3, 3).arrival, stay(3, 3).departure), pinned=True
        )

    assert refused(hotel, when) == "no_room_available"
    assert not Event.objects.filter(kind="room_moved").exists()


def test_nights_held_for_an_enquiry_move_and_keep_their_time(hotel, rooms):
    early, late = checkered(hotel, rooms)
    expires = timezone.now() + timedelta(hours=1)
    Occupancy.objects.filter(booking=late).update(pinned=True)
    Occupancy.objects.filter(booking=early).update(kind=OccupancyKind.HOLD, expires_at=expires)

    assert choose(hotel, stay(5, 6)) == ["1"]
    row = Occupancy.objects.get(booking=early)
    assert (row.kind, row.expires_at, row.room) == (OccupancyKind.HOLD, expires, rooms["2"])


def test_a_booking_goes_to_no_lesser_room(hotel, rooms):
    early, late = checkered(hotel, rooms)
    Room.objects.filter(number="1").update(surcharge=20, max_adults=3, max_occupancy=3)

    assert choose(hotel, stay(5, 6)) == ["2"]
    assert (where(early), where(late)) == (["1"], ["1"])


def test_a_booking_goes_to_no_room_of_another_type(hotel, rooms):
    checkered(hotel, rooms)
    twin = RoomType.objects.get(name="Twin", property=None)
    Room.objects.filter(number="2").update(room_type=twin)

    assert refused(hotel, stay(5, 6)) == "no_room_available"


def test_rooms_of_several_types_are_counted_together(hotel, rooms):
    checkered(hotel, rooms)
    twin = RoomType.objects.get(name="Twin", property=None)
    Room.objects.create(property=hotel, room_type=twin, number="9")

    assert refused(hotel, stay(5, 6), quantity=2, room_type_id=twin.pk) == "no_room_available"
    assert len(choose(hotel, stay(5, 6), quantity=2)) == 2
    assert "9" in choose(hotel, stay(5, 6), quantity=2)
    assert refused(hotel, stay(5, 6), quantity=3) == "no_room_available"


def test_limits_on_selling_hold_when_rooms_are_moved(hotel, rooms):
    checkered(hotel, rooms)
    kind = rooms["1"].room_type
    rule = Allotment.objects.create(
        property=hotel, room_type=kind, date=stay(6, 1).arrival, max_to_sell=1
    )
    assert refused(hotel, stay(5, 6)) == "no_room_available"

    rule.max_to_sell, rule.stop_sell = 2, True
    rule.save()
    assert refused(hotel, stay(5, 6)) == "no_room_available"

    rule.stop_sell = False
    rule.save()
    assert choose(hotel, stay(5, 6)) in (["1"], ["2"])


def test_a_refusal_costs_few_queries(hotel, rooms, django_assert_max_num_queries):
    Occupancy.objects.all().delete()
    for room in rooms.values():
        put(hotel, room, stay(5, 3))

    with django_assert_max_num_queries(9):
        assert refused(hotel, stay(5, 3)) == "no_room_available"


@pytest.mark.django_db(transaction=True)
def test_bookings_that_move_others_at_the_same_time_never_meet(hotel, rooms):
    checkered(hotel, rooms)

    results = at_once(6, lambda n: book(hotel, stay(5 + n % 2, 5)))

    made = [one for one in results if isinstance(one, Booking)]
    keys = {one.key for one in results if isinstance(one, DomainError)}
    assert (len(made), keys) == (1, {"no_room_available"})
    assert Occupancy.objects.count() == 3


def test_a_house_full_of_changeovers_takes_a_month(hotel, rooms):
    for n in range(8):
        put(hotel, rooms["1"], stay(5 + n * 4, 2))
        put(hotel, rooms["2"], stay(7 + n * 4, 2))
        put(hotel, rooms["3"], stay(5 + n * 4, 4), pinned=True)

    assert choose(hotel, stay(5, 32)) in (["1"], ["2"])
    occupy_all = {row.room_id for row in Occupancy.objects.all()}
    assert len(occupy_all) == 2


def test_rooms_of_the_booking_that_is_being_made_are_not_moved(hotel, rooms):
    early, late = checkered(hotel, rooms)
    Occupancy.objects.filter(booking=early).update(pinned=True)

    assert refused(hotel, stay(5, 6), booking_id=late.pk) == "no_room_available"
    assert choose(hotel, stay(5, 6), booking_id=early.pk) == ["2"]
