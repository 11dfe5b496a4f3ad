from __future__ import annotations

from decimal import Decimal

import pytest

from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.tariffs.child_rates import (
    ChildBand,
    child_rate_list,
    child_rates_offered,
    child_rates_save,
)
from bookyflow.tariffs.models import ChildRate
from tests.domain.tariffs.conftest import settings_set

pytestmark = pytest.mark.django_db


@pytest.fixture
def save(hotel, by):
    """Write the hotel's child rates: (from, to, price) each, per night; the problems, if any."""

    def write(*bands: tuple[int, int, int]) -> list[str]:
        wanted = [ChildBand(first, last, Decimal(price)) for first, last, price in bands]
        try:
            child_rates_save(property_id=hotel.pk, bands=wanted, by=by)
        except DomainError as error:
            return error.fields["child_rates"]
        return []

    return write


def rates() -> list[tuple[int, int, int]]:
    found = ChildRate.objects.order_by("age_from")
    return [(rate.age_from, rate.age_to, int(rate.price)) for rate in found]


def test_the_whole_list_is_written_in_order_of_age(hotel, by):
    found = child_rates_save(
        property_id=hotel.pk,
        bands=[ChildBand(3, 11, Decimal(15)), ChildBand(0, 2, Decimal(0), per_stay=True)],
        by=by,
    )

    assert [(rate.age_from, rate.age_to, rate.price, rate.per_stay) for rate in found] == [
        (0, 2, 0, True),
        (3, 11, 15, False),
    ]
    event = Event.objects.get()
    assert (event.kind, event.subject_kind) == ("tariffs_updated", "property")
    assert event.data == {"tariff_type_ids": [], "changed": "child_rates"}


def test_rates_of_the_same_ages_keep_their_ids(save):
    save((0, 2, 0), (3, 11, 15))
    kept = ChildRate.objects.get(age_from=0).pk

    assert save((0, 2, 5), (3, 8, 15), (9, 12, 20)) == []

    assert rates() == [(0, 2, 5), (3, 8, 15), (9, 12, 20)]
    assert ChildRate.objects.get(age_from=0).pk == kept
    assert Event.objects.count() == 2


def test_the_same_list_again_is_no_change(save):
    save((0, 2, 0), (3, 11, 15))
    save((3, 11, 15), (0, 2, 0))

    assert Event.objects.count() == 1


def test_no_bands_take_all_rates_away(save):
    save((0, 2, 0))

    assert save() == []
    assert rates() == []
    assert Event.objects.count() == 2


@pytest.mark.parametrize(
    ("bands", "problems"),
    [
        ([(0, 3, 1), (3, 9, 1)], ["Age 3 comes in two rates."]),
        ([(0, 5, 1), (3, 9, 1)], ["Ages 3 to 5 come in two rates."]),
        ([(0, 12, 1), (3, 9, 1)], ["Ages 3 to 9 come in two rates."]),
        ([(0, 2, 1), (0, 2, 1)], ["Ages 0 to 2 come in two rates."]),
        ([(0, 2, 1), (4, 9, 1)], ["There is no rate for age 3."]),
        ([(0, 2, 1), (6, 9, 1)], ["There is no rate for ages 3 to 5."]),
        ([(3, 9, 1)], ["There is no rate for ages 0 to 2."]),
        (
            [(0, 2, 1), (4, 6, 1), (6, 9, 1)],
            ["There is no rate for age 3.", "Age 6 comes in two rates."],
        ),
    ],
)
def test_overlaps_and_gaps_are_refused_by_their_ages(save, bands, problems):
    assert save(*bands) == problems
    assert rates() == []
    assert not Event.objects.exists()


@pytest.mark.parametrize("band", [(-1, 2, 1), (5, 4, 1), (0, 0, 1), (10, 18, 1), (0, 2, -1)])
def test_impossible_bands_are_refused(save, band):
    (problem,) = save(band)

    assert problem.startswith("Age")
    assert rates() == []


def test_the_youngest_age_taken_needs_the_first_rate(hotel, save):
    settings_set(hotel, child_min_age=4)

    assert save((4, 9, 1)) == []
    assert save((0, 9, 1)) == []
    assert save((5, 9, 1)) == ["There is no rate for age 4."]


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({"per_person_per_night": True, "allow_children": True}, [(0, 2), (3, 11)]),
        (
            {"per_person_per_night": True, "allow_children": True, "child_min_age": 2},
            [(0, 2), (3, 11)],
        ),
        ({"per_person_per_night": True, "allow_children": True, "child_min_age": 3}, [(3, 11)]),
        ({"per_person_per_night": True, "allow_children": False}, []),
        ({"per_person_per_night": False, "allow_children": True}, []),
    ],
)
def test_r_ch_1_rates_are_offered_where_children_pay_per_person(hotel, save, settings, found):
    save((0, 2, 0), (3, 11, 15))
    settings_set(hotel, **settings)

    offered = child_rates_offered(prop=hotel)

    assert [(rate.age_from, rate.age_to) for rate in offered] == found
    assert child_rate_list(prop=hotel).count() == 2
