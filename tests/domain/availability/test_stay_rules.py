from __future__ import annotations

from datetime import date, timedelta

import pytest

from bookyflow.availability.nights import OccupiedNights, nights_taken
from bookyflow.availability.stay_rules import (
    arrival_dates,
    arrival_window,
    stay_check,
    stay_of,
    stay_refusals,
)
from bookyflow.core.dates import LONGEST_STAY, Stay
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import PropertySettings
from bookyflow.tariffs.overrides import Overridable
from tests.domain.conftest import day

SATURDAY = 6
TODAY = day("2030-06-01")  # a Saturday
EX_3 = {
    "fixed_arrival_on": True,
    "fixed_arrival_weekday": SATURDAY,
    "fixed_periods_on": True,
    "fixed_period_nights": 7,
    "fixed_periods_most": 4,
    "short_break_on": True,
    "short_break_nights": 4,
}


def of(arrival: str, departure: str) -> Stay:
    return Stay(day(arrival), day(departure))


def keys(settings, stay, *, today=TODAY, **how):
    return [refusal.key for refusal in stay_refusals(settings, stay, today=today, **how)]


@pytest.mark.parametrize(
    ("arrival", "expected"),
    [
        ("2030-06-01", ["arrival_too_soon"]),
        ("2030-06-02", []),
        ("2030-08-30", []),
        ("2030-08-31", ["arrival_too_late"]),
    ],
)
def test_ex_2_arrivals_lie_in_a_window(arrival, expected):
    settings = PropertySettings(
        min_days_before_arrival=1, advance_limit_on=True, advance_limit_days=90
    )
    stay = Stay(day(arrival), day(arrival) + timedelta(days=20))

    assert keys(settings, stay) == expected


def test_without_a_limit_guests_book_years_ahead():
    assert keys(PropertySettings(), of("2039-01-01", "2039-01-02")) == []


def test_staff_book_from_today_on_and_however_early():
    settings = PropertySettings(
        min_days_before_arrival=3, advance_limit_on=True, advance_limit_days=5
    )

    assert keys(settings, of("2030-06-01", "2030-06-02"), by_staff=True) == []
    assert keys(settings, of("2031-06-01", "2031-06-02"), by_staff=True) == []
    assert keys(settings, of("2030-05-31", "2030-06-02"), by_staff=True) == ["arrival_too_soon"]


def test_amending_asks_for_no_window_but_for_changeover_day_and_period():
    settings = PropertySettings(**EX_3)

    was = of("2030-05-18", "2030-05-25")
    assert keys(settings, of("2030-05-25", "2030-06-01"), amends=was) == []
    assert keys(settings, of("2030-05-26", "2030-06-01"), amends=was) == [
        "changeover_day",
        "fixed_period",
    ]


def test_amending_does_not_ask_again_for_what_was_granted():
    settings = PropertySettings(**EX_3)
    was = of("2030-05-26", "2030-05-31")  # a Sunday, for five nights

    assert keys(settings, was, amends=was) == []
    assert keys(settings, of("2030-05-26", "2030-06-01"), amends=was) == ["fixed_period"]
    assert keys(settings, of("2030-05-27", "2030-06-01"), amends=was) == ["changeover_day"]


@pytest.mark.parametrize(
    ("arrival", "departure", "expected"),
    [
        ("2030-06-08", "2030-06-15", []),
        ("2030-06-08", "2030-06-22", []),
        ("2030-06-08", "2030-07-06", []),
        ("2030-06-08", "2030-06-12", []),
        ("2030-06-08", "2030-06-18", ["fixed_period"]),
        ("2030-06-08", "2030-06-11", ["fixed_period"]),
        ("2030-06-07", "2030-06-14", ["changeover_day"]),
        ("2030-06-08", "2030-07-13", ["fixed_period"]),
    ],
)
@pytest.mark.parametrize("by_staff", [False, True])
def test_ex_3_changeover_day_and_fixed_periods_bind_everybody(
    arrival, departure, expected, by_staff
):
    assert keys(PropertySettings(**EX_3), of(arrival, departure), by_staff=by_staff) == expected


def test_without_short_breaks_their_length_is_refused():
    settings = PropertySettings(**EX_3 | {"short_break_on": False})

    assert keys(settings, of("2030-06-08", "2030-06-12")) == ["fixed_period"]


def test_what_is_let_is_said():
    stay = of("2030-06-09", "2030-06-19")
    many = stay_refusals(PropertySettings(**EX_3), stay, today=TODAY)
    one = stay_refusals(
        PropertySettings(**EX_3 | {"fixed_periods_most": 1, "short_break_on": False}),
        stay,
        today=TODAY,
    )

    assert [(found.field, found.sentence) for found in many] == [
        ("arrival", "Guests arrive on a Saturday here."),
        ("departure", "A stay lasts 7 nights or a multiple up to 28, or 4 nights."),
    ]
    assert one[1].sentence == "A stay lasts 7 nights."


def test_staff_who_decide_otherwise_are_only_held_to_the_longest_stay():
    settings = PropertySettings(**EX_3)
    arrival = day("2030-05-03")
    longest = Stay(arrival, arrival + timedelta(days=LONGEST_STAY))
    longer = Stay(arrival, longest.departure + timedelta(days=1))

    assert keys(settings, longest, override=set(Overridable)) == []
    assert keys(settings, longer, override=set(Overridable)) == ["stay_too_long"]


def test_staff_set_aside_what_they_name_and_nothing_else():
    settings = PropertySettings(**EX_3)
    broken = {
        Overridable.ADVANCE_LIMIT: "arrival_too_soon",
        Overridable.CHANGEOVER: "changeover_day",
        Overridable.LENGTH_OF_STAY: "fixed_period",
    }
    stay = of("2030-05-03", "2030-05-05")

    assert keys(settings, stay, by_staff=True) == list(broken.values())
    for named in broken:
        left = [key for kind, key in broken.items() if kind != named]
        assert keys(settings, stay, by_staff=True, override={named}) == left


def test_the_longest_stay_counts_the_day_of_departure_where_whole_days_are_let():
    settings = PropertySettings(whole_day_booking=True)
    arrival = day("2030-07-01")

    stay = Stay(arrival, arrival + timedelta(days=LONGEST_STAY))

    assert keys(settings, stay) == ["stay_too_long"]


def test_the_first_refusal_is_raised():
    with pytest.raises(DomainError) as refused:
        stay_check(PropertySettings(**EX_3), of("2030-05-03", "2030-05-05"), today=TODAY)

    assert refused.value.key == "arrival_too_soon"
    assert refused.value.fields == {"arrival": ["The first possible arrival is 2030-06-02."]}
    stay_check(PropertySettings(**EX_3), of("2030-06-08", "2030-06-15"), today=TODAY)


def test_whole_days_take_the_day_of_departure_too():
    stay = of("2030-06-08", "2030-06-10")
    two = OccupiedNights.stored(day("2030-06-08"), day("2030-06-10"))
    three = OccupiedNights.stored(day("2030-06-08"), day("2030-06-11"))

    assert nights_taken(PropertySettings(), stay) == two
    whole_days = PropertySettings(whole_day_booking=True)
    assert nights_taken(whole_days, stay) == three
    whole_days.fixed_periods_on = True
    assert nights_taken(whole_days, stay) == two


def test_a_departure_is_asked_for_or_set():
    asks = PropertySettings(minimum_interval=3)
    sets = PropertySettings(minimum_interval=3, asks_for_departure=False)

    assert stay_of(asks, TODAY, day("2030-06-02")).length == 1
    assert stay_of(sets, TODAY, day("2030-06-02")).length == 3
    assert stay_of(sets, TODAY) == of("2030-06-01", "2030-06-04")


@pytest.mark.parametrize("departure", [None, TODAY, TODAY - timedelta(days=1)])
def test_a_stay_has_at_least_one_night(departure):
    with pytest.raises(DomainError) as refused:
        stay_of(PropertySettings(), TODAY, departure)

    assert (refused.value.key, list(refused.value.fields)) == ("validation_failed", ["departure"])


@pytest.mark.parametrize(
    ("arrival", "departure", "nights"),
    [
        ("2027-03-27", "2027-03-29", 2),  # clocks go forward in Europe
        ("2027-10-30", "2027-11-01", 2),  # and back
        ("2028-02-28", "2028-03-01", 2),  # a leap day
        ("2027-02-28", "2027-03-01", 1),
        ("2027-12-31", "2028-01-01", 1),
    ],
)
def test_nights_are_counted_by_the_calendar(arrival, departure, nights):
    settings = PropertySettings(
        fixed_periods_on=True, fixed_period_nights=nights, fixed_periods_most=1
    )

    assert keys(settings, of(arrival, departure), today=day("2027-01-01")) == []
    taken = nights_taken(PropertySettings(whole_day_booking=True), of(arrival, departure))
    assert taken.length == nights + 1


@pytest.mark.parametrize(
    ("zone", "now", "today"),
    [
        ("Pacific/Kiritimati", "2027-06-10T09:59:00Z", "2027-06-10"),
        ("Pacific/Kiritimati", "2027-06-10T10:00:00Z", "2027-06-11"),
        ("Pacific/Pago_Pago", "2027-06-10T10:59:00Z", "2027-06-09"),
        ("Pacific/Pago_Pago", "2027-06-10T11:00:00Z", "2027-06-10"),
        ("Pacific/Pago_Pago", "2028-03-01T05:00:00Z", "2028-02-29"),
        ("Pacific/Kiritimati", "2027-12-31T10:00:00Z", "2028-01-01"),
        ("Europe/London", "2027-03-27T23:59:00Z", "2027-03-27"),
        ("Europe/London", "2027-03-28T23:30:00Z", "2027-03-29"),
        ("Europe/London", "2027-10-31T23:30:00Z", "2027-10-31"),
        ("No/Where", "2027-10-31T23:30:00Z", "2027-10-31"),
    ],
)
def test_the_window_begins_with_the_propertys_own_day(zone, now, today, time_machine):
    time_machine.move_to(now)
    settings = PropertySettings(time_zone=zone, min_days_before_arrival=0)
    first = day(today)

    assert arrival_window(settings, today=settings.today()) == (first, None)
    early = Stay(first - timedelta(days=1), first + timedelta(days=1))
    assert keys(settings, early, today=settings.today()) == ["arrival_too_soon"]


def test_changeover_days_are_offered_from_the_first_possible_one():
    settings = PropertySettings(**EX_3 | {"fixed_arrival_dates": 3})

    assert arrival_dates(settings, today=TODAY) == [
        day("2030-06-08"),
        day("2030-06-15"),
        day("2030-06-22"),
    ]
    assert arrival_dates(settings, today=TODAY, by_staff=True)[0] == TODAY


def test_changeover_days_end_with_the_window():
    settings = PropertySettings(**EX_3, advance_limit_on=True, advance_limit_days=14)

    assert arrival_dates(settings, today=TODAY) == [day("2030-06-08"), day("2030-06-15")]


def test_weeks_with_an_occupied_night_are_skipped():
    settings = PropertySettings(**EX_3 | {"fixed_arrival_dates": 2})
    taken = {day("2030-06-14"), day("2030-06-22")}

    found = arrival_dates(settings, today=TODAY, taken=taken)

    assert found == [day("2030-06-15"), day("2030-06-29")]


def test_a_property_that_is_taken_for_years_offers_nothing():
    settings = PropertySettings(**EX_3)
    taken = {TODAY + timedelta(days=n) for n in range(1500)}

    assert arrival_dates(settings, today=TODAY, taken=taken) == []


def test_where_any_day_will_do_none_is_listed():
    assert arrival_dates(PropertySettings(), today=date(2030, 6, 1)) == []
