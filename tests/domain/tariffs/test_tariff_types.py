from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import BookingModel, Property, PropertyType, TariffMode
from bookyflow.tariffs.models import DailyRate, TariffType
from bookyflow.tariffs.ranges import MinStayRange, NightRange
from bookyflow.tariffs.restrictions import Restriction, restrictions_set
from bookyflow.tariffs.selectors import min_stays, offers, rate_list, weekday
from bookyflow.tariffs.services import base_price_set, prices_set
from bookyflow.tariffs.tariff_types import min_stays_set, tariff_delete, tariff_save
from tests.conftest import make_hotel
from tests.domain.tariffs.conftest import in_june, june, settings_set

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june_2030")]

FRIDAY = date(2030, 6, 7)


def offered(prop, first: int, last: int, people=2, **more) -> bool:
    """Whether a stay from one day of June to another has an offer."""
    return bool(offers(prop=prop, stay=in_june(first, last), people=people, **more))


def rates(tariff_type_id: int) -> list[tuple[int, int, int]]:
    """(day of the month, price, minimum stay) of a tariff."""
    found = DailyRate.objects.filter(tariff_type=tariff_type_id).order_by("date")
    return [(rate.date.day, int(rate.price), rate.min_stay) for rate in found]


def test_a_new_tariff_has_its_dates_and_the_usual_conditions(hotel, save, double):
    pk = save({june(2): Decimal("95.5"), june(1): Decimal(95)}, {june(1): 2}, name="Flexible")

    tariff_type = TariffType.objects.get()
    assert (tariff_type.pk, tariff_type.name, tariff_type.room_type_id) == (
        pk,
        "Flexible",
        double.pk,
    )
    assert (tariff_type.max_stay, tariff_type.min_people, tariff_type.max_people) == (365, 1, 100)
    assert (tariff_type.arrival_weekday, tariff_type.allow_weekend) == (7, True)
    assert rates(pk) == [(1, 95, 2), (2, 95, 2)]
    assert Event.objects.get().data == {"tariff_type_ids": [pk]}


def test_a_minimum_stay_holds_until_the_next_one(save):
    prices = {june(day): Decimal(90) for day in (2, 3, 5, 6)}

    pk = save(prices, {june(1): 3, june(4): 2, june(6): 5})

    assert rates(pk) == [(2, 90, 3), (3, 90, 3), (5, 90, 2), (6, 90, 5)]


def test_before_the_first_minimum_stay_it_is_one(save):
    assert rates(save({june(1): Decimal(9), june(2): Decimal(9)}, {june(2): 4})) == [
        (1, 9, 1),
        (2, 9, 4),
    ]


def test_gaps_are_filled_from_today_on_where_that_is_wanted(hotel, double, by):
    prices = {date(2030, 5, 20): Decimal(50), june(3): None, june(5): Decimal(60), june(7): None}

    pk = tariff_save(
        property_id=hotel.pk,
        room_type_id=double.pk,
        prices=prices,
        min_stays={june(2): 2},
        conditions={},
        fills_gaps=True,
        by=by,
    )

    assert rates(pk) == [(20, 50, 1), (1, 50, 1), (2, 50, 2), (5, 60, 2), (6, 60, 2)]


@pytest.mark.parametrize("closed", [None, Decimal(0)])
def test_a_date_left_out_in_the_middle_is_not_for_sale(hotel, save, closed):
    save({june(1): Decimal(90), june(2): closed, june(4): Decimal(90)})

    assert offered(hotel, 1, 2)
    assert not offered(hotel, 2, 3)
    assert not offered(hotel, 3, 4)
    assert not offered(hotel, 1, 3)


def test_replacing_keeps_ids_and_drops_the_dates_that_are_not_sent(hotel, save):
    pk = save({june(1): Decimal(90), june(2): Decimal(90)}, name="Flexible", max_stay=9)
    kept = DailyRate.objects.get(date=june(2)).pk

    again = save({june(2): Decimal(80), june(3): Decimal(80)}, {june(2): 2}, tariff_type_id=pk)

    assert again == pk
    assert rates(pk) == [(2, 80, 2), (3, 80, 2)]
    assert DailyRate.objects.get(date=june(2)).pk == kept
    tariff_type = TariffType.objects.get()
    assert (tariff_type.name, tariff_type.max_stay, tariff_type.version) == ("Flexible", 9, 2)


RESTRICTED = {
    "closed": True,
    "closed_to_arrival": True,
    "closed_to_departure": True,
    "max_stay": 5,
}


def restricted(night: date) -> dict[str, object]:
    return DailyRate.objects.values(*RESTRICTED).get(date=night)


def test_a_price_leaves_what_else_a_night_is_booked_under(hotel, save, by):
    pk = save()
    DailyRate.objects.filter(date=june(2)).update(**RESTRICTED)

    save({june(2): Decimal(130), june(3): Decimal(130)}, {june(2): 4}, tariff_type_id=pk)
    prices_set(property_id=hotel.pk, ranges=[NightRange(june(2), june(3), Decimal(140))], by=by)

    assert rates(pk) == [(2, 140, 4), (3, 140, 4)]
    assert restricted(june(2)) == RESTRICTED
    assert not offered(hotel, 2, 3)


def test_a_closed_night_that_has_no_price_for_a_while_stays_closed(hotel, save):
    pk = save()
    DailyRate.objects.filter(date=june(2)).update(closed=True)

    save({june(1): Decimal(90), june(2): None}, tariff_type_id=pk)
    save({june(1): Decimal(90), june(2): Decimal(90), june(3): Decimal(90)}, tariff_type_id=pk)

    assert [row.valid_from for row in rate_list(prop=hotel)] == [june(1), june(3)]
    assert not offered(hotel, 2, 3)
    assert offered(hotel, 3, 4)


def test_a_closed_night_that_is_left_out_has_no_price_when_it_is_opened(hotel, save, by):
    pk = save()
    DailyRate.objects.filter(date=june(2)).update(closed=True)

    save({june(1): Decimal(90)}, tariff_type_id=pk)
    opening = [NightRange(june(2), june(2), Restriction(closed=False))]
    restrictions_set(property_id=hotel.pk, ranges=opening, by=by)

    assert [row.valid_from for row in rate_list(prop=hotel)] == [june(1)]
    assert not offered(hotel, 2, 3)
    save({june(1): Decimal(90), june(2): Decimal(70)}, tariff_type_id=pk)
    assert offered(hotel, 2, 3)


def test_the_same_nights_again_are_no_change_beside_a_closed_one(save):
    pk = save()
    DailyRate.objects.filter(date=june(2)).update(closed=True)
    save({june(1): Decimal(90)}, tariff_type_id=pk)
    before = TariffType.objects.get().version

    save({june(1): Decimal(90)}, tariff_type_id=pk)

    assert TariffType.objects.get().version == before


def rows(tariff_type_id: int) -> dict[int, tuple[str, str]]:
    """Where the row of each day of June lies, and who locked or replaced it last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT date, ctid::text, xmax::text FROM tariffs_dailyrate WHERE tariff_type_id = %s",
            [tariff_type_id],
        )
        return {day.day: (place, locked) for day, place, locked in cursor.fetchall()}


def test_rows_of_nights_that_stay_the_same_are_not_touched(hotel, save, by):
    prices = {june(day): Decimal(90) for day in (1, 2, 3)}
    pk = save(prices)
    before = rows(pk)

    save(prices | {june(2): Decimal(95)}, tariff_type_id=pk)
    prices_set(property_id=hotel.pk, ranges=[NightRange(june(1), june(3), Decimal(90))], by=by)
    now = rows(pk)

    assert (now[1], now[3]) == (before[1], before[3])
    assert now[2] != before[2]


def test_nights_that_are_over_stay_as_they_are(hotel, save, by):
    with time_machine.travel("2030-05-31T10:00:00Z"):
        pk = save({date(2030, 5, 31): Decimal(100), june(1): Decimal(100)}, {date(2030, 5, 31): 2})

    save({june(1): Decimal(130)}, tariff_type_id=pk)
    save({date(2030, 5, 31): Decimal(1), june(1): Decimal(130)}, tariff_type_id=pk)
    ranges = [NightRange(date(2030, 5, 31), june(1), Decimal(150))]
    prices_set(property_id=hotel.pk, ranges=ranges, by=by)

    assert rates(pk) == [(31, 100, 2), (1, 150, 1)]


def test_a_minimum_stay_above_the_longest_of_a_night_is_refused(save):
    pk = save()
    DailyRate.objects.filter(date=june(2)).update(max_stay=3)

    with pytest.raises(IntegrityError, match="daily_rate_stays_in_order"), transaction.atomic():
        save({june(2): Decimal(80)}, {june(2): 4}, tariff_type_id=pk)


def test_what_cannot_be_written_leaves_the_tariff_as_it_was(hotel, save, double, stranger, by):
    pk = save()
    foreign = save(prop=make_hotel(stranger, name="Foreign"))
    before = rates(pk)
    faults = {
        "tariff_type_not_found": {"tariff_type_id": foreign},
        "room_type_incorrect": {"tariff_type_id": pk, "room_type_id": 10**9},
        "validation_failed": {"tariff_type_id": pk, "min_people": 5, "max_people": 4},
    }

    for key, terms in faults.items():
        with pytest.raises(DomainError) as refused:
            save({june(9): Decimal(1)}, **terms)
        assert refused.value.key == key

    assert rates(pk) == before


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"prices": {date(2030, 6, 1): None}}, "prices"),
        ({"prices": {date(2041, 6, 1): Decimal(1)}}, "prices"),
        ({"prices": {date(2030, 6, 1): Decimal("NaN")}}, "prices"),
        ({"prices": {date(2030, 6, 1): Decimal(-1)}}, "prices"),
        ({"prices": {date(2030, 6, 1): Decimal("1e9")}}, "prices"),
        ({"min_stays": {date(2030, 6, 1): 0}}, "min_stays"),
        ({"min_stays": {date(2030, 6, 1): 40_000}}, "min_stays"),
        ({"min_people": 3, "max_people": 2}, "max_people"),
        ({"min_rooms_selected": 2, "max_rooms_selected": 2}, "max_rooms_selected"),
    ],
)
def test_the_refusal_names_the_field(save, terms, field):
    with pytest.raises(DomainError) as refused:
        save(**terms)
    assert list(refused.value.fields) == [field]


def test_a_year_is_one_insert(hotel, save):
    pk = save(nights=5)
    with CaptureQueriesContext(connection) as captured:
        save({june(1) + timedelta(days=n): Decimal(90) for n in range(365)}, tariff_type_id=pk)

    statements = [
        query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))
    ]
    assert len(statements) <= 4, statements  # the lock, the tariff type, its nights, the event
    assert sum("INSERT INTO tariffs_dailyrate" in statement for statement in statements) == 1


@pytest.mark.parametrize("weekdays", ["", "7", "5,", "5 ,6", "5;6"])
def test_weekend_days_are_weekdays(hotel, weekdays):
    hotel.settings.weekend_days = weekdays
    with pytest.raises(IntegrityError), transaction.atomic():
        hotel.settings.save()


def test_ex_4_weekend_tariffs(hotel, save):
    save(weekend_only=True, name="Weekend")
    assert offered(hotel, 7, 9)  # Friday and Saturday night
    assert not offered(hotel, 6, 8)  # Thursday and Friday night
    TariffType.objects.update(weekend_only=False, allow_weekend=False)

    assert not offered(hotel, 7, 9)
    assert not offered(hotel, 6, 8)
    assert offered(hotel, 3, 7)  # Monday to Thursday night


def test_the_property_says_which_nights_are_the_weekend(hotel, save):
    save(weekend_only=True)
    hotel.settings.weekend_days = "6,0"

    assert offered(hotel, 8, 10)
    assert not offered(hotel, 7, 9)


@pytest.mark.parametrize(("arrival", "found"), [(7, True), (8, False), (9, False)])
def test_arrival_on_one_weekday(hotel, save, arrival, found):
    save(arrival_weekday=weekday(FRIDAY))

    assert offered(hotel, arrival, arrival + 3) is found


def test_weekday_and_weekend_must_both_hold(hotel, save):
    save(arrival_weekday=weekday(FRIDAY), allow_weekend=False)

    assert not offered(hotel, 7, 8)


def test_weekdays_begin_with_sunday():
    assert [weekday(FRIDAY + timedelta(days=n)) for n in range(4)] == [5, 6, 0, 1]


@pytest.mark.parametrize(("selected", "found"), [(0, False), (1, True), (2, True), (3, False)])
def test_rooms_chosen_before_from_the_minimum_to_below_the_maximum(hotel, save, selected, found):
    save(min_rooms_selected=1, max_rooms_selected=3)

    assert offered(hotel, 3, 4, rooms_selected=selected) is found


def test_party_limits_do_not_count_without_a_party_or_where_items_are_hired(hotel, save):
    save(min_people=3, max_people=4)
    assert [offered(hotel, 3, 4, people=n) for n in (0, 2, 3, 5)] == [True, False, True, False]

    hotel.property_type = PropertyType(name="Bikes", flag=BookingModel.ITEM_HIRE)

    assert offered(hotel, 3, 4, people=9)


def test_ex_5_the_largest_minimum_of_the_nights_counts(hotel, save):
    save(min_stays={june(7): 1, june(8): 3, june(9): 1})

    assert not offered(hotel, 7, 9)
    assert offered(hotel, 7, 8)


def test_minimum_stays_in_all_tariffs_on_priced_dates_the_later_range_winning(hotel, save, by):
    first, second = save(nights=6), save({june(3): Decimal(70)})
    min_stays_set(
        property_id=hotel.pk,
        ranges=[MinStayRange(june(2), june(4), 2), MinStayRange(june(4), june(20), 7)],
        by=by,
    )

    assert rates(first) == [
        (1, 100, 1),
        (2, 100, 2),
        (3, 100, 2),
        (4, 100, 7),
        (5, 100, 7),
        (6, 100, 7),
    ]
    assert rates(second) == [(3, 70, 2)]
    assert Event.objects.last().data == {"tariff_type_ids": [first, second]}
    assert list(TariffType.objects.values_list("version", flat=True)) == [2, 2]


@pytest.mark.parametrize(
    "wrong",
    [
        MinStayRange(june(2), june(1), 2),
        MinStayRange(june(1), date(2060, 1, 1), 2),
    ],
)
def test_a_minimum_stay_needs_a_possible_range(hotel, save, by, wrong):
    save()
    with pytest.raises(DomainError) as refused:
        min_stays_set(
            property_id=hotel.pk, ranges=[MinStayRange(june(1), june(2), 5), wrong], by=by
        )

    assert (refused.value.key, list(refused.value.fields)) == ("validation_failed", ["ranges[1]"])
    assert set(DailyRate.objects.values_list("min_stay", flat=True)) == {1}


@pytest.mark.parametrize("nights", [0, -1, 40_000])
def test_a_minimum_stay_is_a_number_of_nights(hotel, save, by, nights):
    save()
    with pytest.raises(DomainError) as refused:
        min_stays_set(property_id=hotel.pk, ranges=[MinStayRange(june(1), june(2), nights)], by=by)

    assert (refused.value.key, list(refused.value.fields)) == ("validation_failed", ["ranges"])


@pytest.mark.parametrize("price", ["NaN", "Infinity", "-1", "1e9"])
def test_what_is_no_price_is_not_written(hotel, save, by, price):
    save()
    with pytest.raises(DomainError) as refused:
        prices_set(
            property_id=hotel.pk, ranges=[NightRange(june(1), june(2), Decimal(price))], by=by
        )

    assert (refused.value.key, list(refused.value.fields)) == (
        "validation_failed",
        ["ranges"],
    )
    assert set(DailyRate.objects.values_list("price", flat=True)) == {100}


def test_minimum_stays_need_tariffs(hotel, by):
    with pytest.raises(DomainError) as refused:
        min_stays_set(property_id=hotel.pk, ranges=[MinStayRange(june(1), june(2), 5)], by=by)
    assert refused.value.key == "no_tariffs_yet"


def test_the_smallest_minimum_stay_of_each_open_date(hotel, save):
    save({june(1): Decimal(9), june(2): Decimal(9), june(3): Decimal(9)}, {june(1): 4, june(3): 5})
    save({june(2): Decimal(9)}, {june(2): 2})
    DailyRate.objects.filter(date=june(3)).update(closed=True)
    save({june(4): Decimal(9)})
    DailyRate.objects.filter(date=june(4)).update(price=0)

    found = min_stays(property_id=hotel.pk, first=june(1), last=june(30))

    assert found == {june(1): 4, june(2): 2}


def test_rates_are_listed_by_their_first_day(hotel, save):
    save({june(5): Decimal(9), june(6): Decimal(9)})
    save({june(1): Decimal(8), june(2): Decimal(7)})

    found = [
        (row.valid_from.day, row.valid_to.day, int(row.price)) for row in rate_list(prop=hotel)
    ]

    assert found == [(1, 1, 8), (2, 2, 7), (5, 6, 9)]


def test_a_deleted_tariff_is_gone_for_good_but_not_its_past(hotel, save, by):
    pk, other = save(), save(name="Other")
    DailyRate.objects.create(
        property=hotel, tariff_type_id=pk, date=date(2030, 5, 31), price=Decimal(70)
    )

    tariff_delete(property_id=hotel.pk, tariff_type_id=pk, by=by)

    assert [rate.date for rate in DailyRate.objects.filter(tariff_type=pk)] == [date(2030, 5, 31)]
    assert Event.objects.last().data == {"tariff_type_ids": [pk]}
    assert TariffType.objects.get(pk=pk).version == 2
    assert {row.tariff_type.pk for row in rate_list(prop=hotel)} == {other}
    assert [offer.tariff_type.pk for offer in offers(prop=hotel, stay=in_june(1, 2), people=2)] == [
        other
    ]


def test_a_deleted_tariff_is_not_found_again(hotel, save, by, stranger):
    pk, foreign = save(), save(prop=make_hotel(stranger, name="Foreign"))
    tariff_delete(property_id=hotel.pk, tariff_type_id=pk, by=by)
    events = Event.objects.count()

    for wrong in (pk, foreign, 0, 10**9):
        with pytest.raises(DomainError) as refused:
            tariff_delete(property_id=hotel.pk, tariff_type_id=wrong, by=by)
        assert refused.value.key == "tariff_type_not_found"
    with pytest.raises(DomainError):
        save(tariff_type_id=pk)

    assert Event.objects.count() == events


@pytest.mark.parametrize(
    ("flag", "mode", "detail"),
    [
        (BookingModel.MULTI_ROOM, TariffMode.ADVANCED, "micromanage, not advanced"),
        (BookingModel.REAL_ESTATE, TariffMode.MICROMANAGE, "for sale"),
    ],
)
def test_an_editor_deletes_in_its_mode_only(hotel, save, by, flag, mode, detail):
    pk = save()
    PropertyType.objects.filter(pk=hotel.property_type_id).update(flag=flag)

    with pytest.raises(DomainError) as refused:
        tariff_delete(property_id=hotel.pk, tariff_type_id=pk, by=by, mode=mode)

    assert refused.value.key == "tariff_save_method_not_valid"
    assert detail in refused.value.detail
    assert TariffType.objects.get().deleted_at is None


def test_deleted_tariffs_get_no_prices_and_leave_room_for_first_ones(hotel, save, by):
    tariff_delete(property_id=hotel.pk, tariff_type_id=save(), by=by)

    with pytest.raises(DomainError) as refused:
        prices_set(property_id=hotel.pk, ranges=[NightRange(june(1), june(2), Decimal(5))], by=by)
    assert refused.value.key == "no_tariffs_yet"
    assert base_price_set(property_id=hotel.pk, price=Decimal(80), max_people=2, by=by)


def test_writing_the_same_again_changes_nothing(hotel, save, by):
    pk = save(name="Flexible")
    ranges = [MinStayRange(june(1), june(30), 1)]
    before = Event.objects.count()

    assert save(name="Flexible", tariff_type_id=pk) == pk
    min_stays_set(property_id=hotel.pk, ranges=ranges, by=by)
    prices_set(property_id=hotel.pk, ranges=[NightRange(june(1), june(30), Decimal(100))], by=by)

    assert (Event.objects.count(), TariffType.objects.get().version) == (before, 1)


def test_conditions_alone_are_a_change(hotel, save):
    pk = save()

    save(tariff_type_id=pk, max_stay=3)

    assert (TariffType.objects.get().version, Event.objects.count()) == (2, 2)


def test_an_editor_writes_in_its_mode_only(hotel, save, by):
    settings_set(hotel, tariff_mode=TariffMode.ADVANCED)

    with pytest.raises(DomainError) as refused:
        tariff_save(
            property_id=hotel.pk,
            room_type_id=1,
            prices={},
            min_stays={},
            conditions={},
            by=by,
            mode=TariffMode.MICROMANAGE,
        )

    assert refused.value.key == "tariff_save_method_not_valid"
    assert "advanced, not micromanage" in refused.value.detail


def test_a_property_that_was_deleted_gets_no_prices(hotel, save):
    Property.objects.filter(pk=hotel.pk).update(deleted_at=timezone.now())

    with pytest.raises(DomainError) as refused:
        save()
    assert refused.value.key == "property_not_found"


def test_a_lock_knows_what_prices_need_and_reads_the_rest_when_asked(
    hotel, django_assert_num_queries
):
    settings_set(hotel, minimum_interval=3, time_zone="Pacific/Auckland")

    with django_assert_num_queries(1):
        locked = property_lock(hotel.pk)
        known = (locked.property_type_id, locked.settings.minimum_interval)
        today = locked.settings.today()

    assert known == (hotel.property_type_id, 3)
    assert (locked.settings.currency, locked.name) == ("EUR", "Harbour House")
    assert today == june(1)
