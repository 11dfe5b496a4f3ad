from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError

from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.tariffs.models import DailyRate, TariffType
from bookyflow.tariffs.ranges import NightRange
from bookyflow.tariffs.restrictions import NO_LIMIT, Restriction, restrictions_set
from tests.conftest import make_hotel
from tests.domain.tariffs.conftest import june

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june_2030")]


@pytest.fixture
def restrict(hotel, by):
    """Set restrictions: (first day, last day, restriction), each included."""

    def change(*ranges, tariff_type_ids=None):
        restrictions_set(
            property_id=hotel.pk,
            ranges=[NightRange(june(first), june(last), value) for first, last, value in ranges],
            tariff_type_ids=tariff_type_ids,
            by=by,
        )

    return change


def marked(field: str, tariff_type: int) -> list[int]:
    """The days of June on which a tariff type has the flag."""
    found = DailyRate.objects.filter(tariff_type=tariff_type, **{field: True}).order_by("date")
    return [rate.date.day for rate in found]


@pytest.mark.parametrize("field", ["closed", "closed_to_arrival", "closed_to_departure"])
def test_closes_and_opens_ranges_and_the_later_wins(save, restrict, field):
    pk = save()
    restrict((3, 8, Restriction(**{field: True})), (5, 6, Restriction(**{field: False})))
    assert marked(field, pk) == [3, 4, 7, 8]

    restrict((1, 7, Restriction(**{field: False})))

    assert marked(field, pk) == [8]


def test_fields_that_are_not_given_stay(save, restrict):
    save()
    restrict((3, 3, Restriction(closed=True, min_stay=2, max_stay=9)))
    restrict((3, 3, Restriction(closed_to_arrival=True)), (3, 3, Restriction(min_stay=3)))

    rate = DailyRate.objects.get(date=june(3))
    assert (rate.closed, rate.closed_to_arrival, rate.min_stay, rate.max_stay) == (True, True, 3, 9)
    assert rate.price == 100


def test_a_limit_is_taken_away(save, restrict):
    save()
    restrict((3, 4, Restriction(max_stay=5)))

    restrict((4, 4, Restriction(max_stay=NO_LIMIT)))

    limits = DailyRate.objects.order_by("date").values_list("max_stay", flat=True)
    assert list(limits[:5]) == [None, None, 5, None, None]


def test_only_the_tariffs_named_and_nights_that_are_priced(save, restrict):
    first, second = save(), save({june(2): Decimal(9), june(4): Decimal(9)})

    restrict((1, 5, Restriction(closed=True)), tariff_type_ids=[second])

    assert (marked("closed", first), marked("closed", second)) == ([], [2, 4])
    assert Event.objects.last().data == {"tariff_type_ids": [second]}
    assert list(TariffType.objects.order_by("pk").values_list("version", flat=True)) == [1, 2]


def test_a_change_is_one_event_and_no_change_none(save, restrict):
    save()
    restrict((1, 5, Restriction(closed=True)), (7, 9, Restriction(min_stay=2)))
    before = Event.objects.count()

    restrict((1, 5, Restriction(closed=True)))
    restrict((1, 5, Restriction()))
    restrict()

    assert (before, Event.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    ("first", "last", "value"),
    [
        (date(2030, 6, 5), date(2030, 6, 4), Restriction(closed=True)),
        (date(2030, 6, 5), date(2045, 6, 4), Restriction(closed=True)),
        (date(2030, 6, 5), date(2030, 6, 5), Restriction(min_stay=0)),
        (date(2030, 6, 5), date(2030, 6, 5), Restriction(max_stay=-1)),
        (date(2030, 6, 5), date(2030, 6, 5), Restriction(max_stay=40_000)),
        (date(2030, 6, 5), date(2030, 6, 5), Restriction(min_stay=5, max_stay=4)),
    ],
)
def test_an_impossible_range_is_named_and_nothing_is_changed(hotel, save, by, first, last, value):
    save()
    good = NightRange(june(1), june(2), Restriction(closed=True))

    with pytest.raises(DomainError) as refused:
        restrictions_set(property_id=hotel.pk, ranges=[good, NightRange(first, last, value)], by=by)

    assert refused.value.key == "validation_failed"
    assert list(refused.value.fields) == ["restrictions[1]"]
    assert not DailyRate.objects.filter(closed=True).exists()


def test_a_longest_stay_below_the_shortest_of_a_night_is_refused(save, restrict):
    save(min_stays={june(1): 4})

    with pytest.raises(IntegrityError, match="daily_rate_stays_in_order"):
        restrict((1, 1, Restriction(max_stay=3)))


def test_it_needs_tariffs_of_the_property(hotel, save, restrict, stranger):
    with pytest.raises(DomainError) as none_yet:
        restrict((1, 1, Restriction(closed=True)))
    foreign = save(prop=make_hotel(stranger, name="Foreign"))
    save()
    with pytest.raises(DomainError) as unknown:
        restrict((1, 1, Restriction(closed=True)), tariff_type_ids=[foreign])

    assert (none_yet.value.key, unknown.value.key) == ("no_tariffs_yet", "tariff_type_not_found")
