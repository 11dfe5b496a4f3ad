"""Rules that staff set aside for one booking, after saying so; never that a room is free."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bookyflow.availability.models import Allotment
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.reservations.amendments.apply import booking_amend
from bookyflow.reservations.amendments.changes import Changes, PriceMode
from bookyflow.reservations.amendments.room_move import booking_room_move
from bookyflow.reservations.stay_request import Booker, RoomRequest
from bookyflow.rooms.models import RoomType
from bookyflow.tariffs.models import DailyRate, TariffType
from bookyflow.tariffs.overrides import Overridable
from tests.domain.reservations.conftest import price, settle

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def staff(*kinds):
    return Booker(is_staff=True, override=frozenset(kinds))


def stop(inn, room_type, **limits):
    """Stop or limit the sale of a room type for 40 days."""
    today = inn.settings.today()
    Allotment.objects.bulk_create(
        Allotment(property=inn, room_type=room_type, date=today + n * DAY, **limits)
        for n in range(40)
    )


@pytest.mark.parametrize(
    ("kind", "rule", "key"),
    [
        (Overridable.LENGTH_OF_STAY, {"min_stay": 4}, "no_valid_tariffs"),
        (Overridable.LENGTH_OF_STAY, {"max_stay": 2}, "no_valid_tariffs"),
        (Overridable.CHANGEOVER, {"closed_to_arrival": True}, "no_valid_tariffs"),
        (Overridable.CHANGEOVER, {"closed_to_departure": True}, "no_valid_tariffs"),
        (Overridable.STOP_SELL, {"closed": True}, "no_valid_tariffs"),
        (Overridable.LENGTH_OF_STAY, {"fixed_periods_on": True}, "fixed_period"),
        (Overridable.CHANGEOVER, "weekday", "changeover_day"),
        (Overridable.ADVANCE_LIMIT, "yesterday", "arrival_too_soon"),
        (Overridable.STOP_SELL, {"stop_sell": True}, "stop_sell"),
        (Overridable.STOP_SELL, {"max_to_sell": 0}, "no_room_available"),
    ],
)
def test_staff_set_a_kind_of_rule_aside_by_its_name(
    inn, book, stay_request, double, soon, kind, rule, key
):
    if rule == "weekday":
        settle(inn, fixed_arrival_on=True, fixed_arrival_weekday=(soon[0] + DAY).isoweekday() % 7)
    elif rule == "yesterday":
        first = inn.settings.today() - DAY
        stay_request = stay_request.changed(arrival=first, departure=first + 2 * DAY)
        DailyRate.objects.create(
            property=inn, tariff_type=TariffType.objects.get(), date=first, price=120
        )
    elif set(rule) & {"fixed_periods_on"}:
        settle(inn, **rule)
    elif set(rule) & {"stop_sell", "max_to_sell"}:
        stop(inn, double, **rule)
    else:
        DailyRate.objects.update(**rule)

    with pytest.raises(DomainError) as refused:
        book(stay_request, booker=staff(*(set(Overridable) - {kind})))
    booking = book(stay_request, booker=staff(kind))

    assert refused.value.key == key
    assert booking.occupancies.count() == 1
    assert booking.history.get().reason == f"Set aside: {kind.value}."
    assert Event.objects.get(kind="booking_added").data["overridden"] == [kind.value]


def test_nobody_sets_aside_that_a_room_is_free(book, stay_request):
    for _ in range(3):
        book(stay_request)

    with pytest.raises(DomainError, match="no_room_available"):
        book(stay_request, booker=staff(*Overridable))


def test_a_price_there_has_to_be(inn, book, stay_request):
    DailyRate.objects.all().delete()

    with pytest.raises(DomainError, match="no_valid_tariffs"):
        book(stay_request.changed(agreed=Decimal(5)), booker=staff(*Overridable))


def test_only_staff_set_rules_aside():
    with pytest.raises(ValueError, match="Only staff"):
        Booker(override=frozenset(Overridable))


@pytest.mark.parametrize("mode", PriceMode)
def test_a_change_sets_rules_aside_in_the_same_way(inn, book, stay_request, by, soon, mode):
    booking = book(stay_request)
    settle(inn, fixed_periods_on=True)
    facts = {"booking_id": booking.pk, "property_id": inn.pk, "price": mode, "by": by}
    longer = Changes(departure=soon[1] + DAY)

    with pytest.raises(DomainError, match="fixed_period"):
        booking_amend(changes=longer, **facts)
    booking_amend(changes=longer, override=frozenset({Overridable.LENGTH_OF_STAY}), **facts)

    booking.refresh_from_db()
    assert booking.departs_on == soon[1] + DAY
    assert booking.history.last().reason.endswith("Set aside: length_of_stay.")
    event = Event.objects.get(kind="booking_modified")
    assert event.data["overridden"] == ["length_of_stay"]


class TestMoves:
    """A room of another type has to be for sale, and to be large enough."""

    @pytest.fixture
    def suite(self, inn):
        made = RoomType.objects.create(name="Suite", property=inn)
        price(inn, made, 300)
        return inn.rooms.create(room_type=made, number="S1", max_adults=2, max_occupancy=2)

    @pytest.fixture
    def move(self, inn, book, stay_request, by):
        booking = book(stay_request)

        def to(room, **more):
            return booking_room_move(
                booking_id=booking.pk,
                property_id=inn.pk,
                from_room_id=booking.occupancies.get().room_id,
                to_room_id=room.pk,
                by=by,
                **more,
            )

        return to

    @pytest.mark.parametrize(
        ("limits", "key"),
        [({"stop_sell": True}, "stop_sell"), ({"max_to_sell": 0}, "no_room_available")],
    )
    def test_a_room_of_another_type_is_for_sale(self, inn, suite, move, limits, key):
        stop(inn, suite.room_type, **limits)

        with pytest.raises(DomainError) as refused:
            move(suite)
        moved = move(suite, override=frozenset({Overridable.STOP_SELL}))

        assert refused.value.key == key
        assert moved.history.last().reason.endswith("Set aside: stop_sell.")

    def test_a_room_of_the_same_type_is_sold_already(self, inn, double, move):
        stop(inn, double, max_to_sell=1)
        other = inn.rooms.filter(room_type=double).order_by("-pk").first()

        assert move(other).occupancies.get().room_id == other.pk

    def test_the_people_fit(self, suite, move):
        type(suite).objects.filter(pk=suite.pk).update(max_adults=1, max_occupancy=1)

        with pytest.raises(DomainError, match="too_many_adults"):
            move(suite)


def test_a_request_for_a_certain_room_is_held_to_the_limits_as_well(
    inn, book, stay_request, double
):
    stop(inn, double, stop_sell=True)
    room = inn.rooms.filter(room_type=double).first()
    wanted = stay_request.changed(rooms=(RoomRequest(room_id=room.pk),))

    with pytest.raises(DomainError, match="stop_sell"):
        book(wanted, booker=staff(Overridable.CHANGEOVER))
    assert book(wanted, booker=staff(Overridable.STOP_SELL)).room_ids() == [room.pk]


@pytest.mark.parametrize("mode", PriceMode)
@pytest.mark.parametrize(
    ("limits", "key"),
    [({"stop_sell": True}, "stop_sell"), ({"max_to_sell": 0}, "no_room_available")],
)
def test_new_nights_of_a_booking_are_for_sale(
    inn, book, stay_request, double, by, soon, mode, limits, key
):
    booking = book(stay_request)
    stop(inn, double, **limits)
    facts = {"booking_id": booking.pk, "property_id": inn.pk, "price": mode, "by": by}
    before = {"arrival": soon[0] - DAY}
    after = {"departure": soon[1] + DAY}

    for longer in (before, after, before | after):
        with pytest.raises(DomainError) as refused:
            booking_amend(changes=Changes(**longer), **facts)
        assert refused.value.key == key
    shorter = booking_amend(changes=Changes(departure=soon[1] - DAY), **facts)
    assert shorter.nights().length == 2

    aside = frozenset({Overridable.STOP_SELL})
    assert booking_amend(changes=Changes(**after), override=aside, **facts).nights().length == 4


def test_at_a_kept_price_closed_nights_are_not_added_either(inn, book, stay_request, by, soon):
    booking = book(stay_request)
    DailyRate.objects.update(closed=True)
    facts = {"booking_id": booking.pk, "property_id": inn.pk, "price": PriceMode.KEPT, "by": by}
    longer = Changes(departure=soon[1] + DAY)

    with pytest.raises(DomainError) as refused:
        booking_amend(changes=longer, **facts)
    assert (refused.value.key, refused.value.detail) == ("stop_sell", f"Closed: {soon[1]}.")
    assert booking_amend(changes=Changes(adults=1), **facts).adults == 1

    aside = frozenset({Overridable.STOP_SELL})
    assert booking_amend(changes=longer, override=aside, **facts).nights().length == 4


def test_one_open_tariff_is_enough_for_added_nights(inn, book, stay_request, by, soon, double):
    booking = book(stay_request)
    DailyRate.objects.update(closed=True)
    price(inn, double, 150, name="Open")
    longer = Changes(departure=soon[1] + DAY)
    facts = {"booking_id": booking.pk, "property_id": inn.pk, "price": PriceMode.KEPT, "by": by}

    assert booking_amend(changes=longer, **facts).nights().length == 4
