from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bookyflow.core.dates import Stay
from bookyflow.properties.models import BookingModel, PropertyType, TariffMode
from bookyflow.tariffs.models import DailyRate, GuestType, MinimumOfType, TariffType
from bookyflow.tariffs.rules import admits
from bookyflow.tariffs.selectors import offers, offers_by_room_type, refusals, weekday
from bookyflow.tariffs.tariff_types import tariff_delete
from tests.domain.tariffs.conftest import in_june, june, settings_set

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june_2030")]


@pytest.fixture
def tariff(save):
    """A month at 100 without any condition."""
    return save()


@pytest.fixture
def why(hotel, double, tariff):
    """The reasons against the tariff, and that offers and explanations agree."""

    def ask(first: int, last: int, people=2, **more) -> list[str]:
        stay = in_june(first, last)
        found = refusals(prop=hotel, stay=stay, people=people, room_type_id=double.pk, **more)
        offered = bool(offers(prop=hotel, stay=stay, people=people, **more))
        assert offered is (not found)
        assert all(one.sentence.endswith(".") for one in found.get(tariff, []))
        return [one.reason.value for one in found.get(tariff, [])]

    return ask


def terms(**fields) -> None:
    TariffType.objects.update(**fields)


def night(day: int, **fields) -> None:
    DailyRate.objects.filter(date=june(day)).update(**fields)


def test_without_conditions_it_is_offered_with_the_price_of_each_night(hotel, tariff, why):
    night(4, price=Decimal("120.5"))

    (offer,) = offers(prop=hotel, stay=in_june(3, 5), people=2)

    assert why(3, 5) == []
    assert offer.tariff_type.pk == tariff
    assert offer.nights == ((june(3), Decimal(100)), (june(4), Decimal("120.5")))


def test_r_tf_1_it_is_of_the_room_type(hotel, double, twin, save, tariff):
    other = save(room_type_id=twin.pk)

    found = {
        kind.pk: [
            offer.tariff_type.pk
            for offer in offers(prop=hotel, stay=in_june(3, 5), people=2, room_type_id=kind.pk)
        ]
        for kind in (double, twin)
    }

    assert found == {double.pk: [tariff], twin.pk: [other]}


def test_r_tf_2_a_tariff_that_has_run_out_is_not_offered_for_nights_before_today(hotel, save):
    def may(day: int) -> date:
        return date(2030, 5, day)

    save({may(day): Decimal(90) for day in range(20, 31)}, name="Run out")
    running = save({may(day): Decimal(90) for day in range(20, 31)} | {june(9): Decimal(90)})

    found = offers(prop=hotel, stay=Stay(may(25), may(27)), people=2)

    assert [offer.tariff_type.pk for offer in found] == [running]


@pytest.mark.parametrize("change", ["gone", "zero"])
def test_r_tf_3_and_4_every_night_has_a_price(why, change):
    if change == "gone":
        DailyRate.objects.filter(date=june(4)).delete()
    else:
        night(4, price=0)

    assert why(3, 4) == []
    assert why(3, 6) == ["no_price"]


def test_a_closed_night(why):
    night(4, closed=True)

    assert why(3, 6) == ["closed"]
    assert why(2, 4) == []


def test_r_tf_5_ex_5_the_largest_minimum_of_the_nights_counts(why):
    night(8, min_stay=3)

    assert why(7, 9) == ["min_stay"]
    assert why(7, 8) == []
    assert why(7, 10) == []


def test_r_tf_5_the_smallest_maximum_counts(why):
    terms(max_stay=5)
    night(20, max_stay=2)

    assert why(3, 8) == []
    assert why(3, 9) == ["max_stay"]
    assert why(19, 22) == ["max_stay"]
    assert why(19, 21) == []


def test_closed_to_arrival_and_to_departure(why):
    night(8, closed_to_arrival=True, closed_to_departure=True)

    assert why(8, 10) == ["closed_to_arrival"]
    assert why(6, 8) == ["closed_to_departure"]
    assert why(7, 9) == []


@pytest.mark.parametrize(("selected", "found"), [(0, False), (1, True), (2, True), (3, False)])
def test_r_tf_6_rooms_chosen_before(why, selected, found):
    terms(min_rooms_selected=1, max_rooms_selected=3)

    assert why(3, 4, rooms_selected=selected) == ([] if found else ["rooms_selected"])
    assert admits(TariffType.objects.get(), selected) is found


def test_r_tf_6_is_not_tested_where_no_number_is_given(why):
    terms(min_rooms_selected=1)

    assert why(3, 4, rooms_selected=None) == []


@pytest.mark.parametrize(
    ("people", "reasons"),
    [(0, []), (2, ["party_too_small"]), (3, []), (4, []), (5, ["party_too_large"])],
)
def test_r_tf_7_the_whole_party(why, people, reasons):
    terms(min_people=3, max_people=4)

    assert why(3, 4, people) == reasons


def test_r_tf_7_does_not_count_where_items_are_hired(hotel, why):
    terms(min_people=3, max_people=4)
    hotel.property_type = PropertyType(name="Bikes", flag=BookingModel.ITEM_HIRE)

    assert why(3, 4, 9) == []


def test_r_tf_7_the_rooms_limit_the_party_of_a_standard_tariff(hotel, why):
    terms(max_people=4)
    settings_set(hotel, tariff_mode=TariffMode.STANDARD)

    assert why(3, 4, 9) == []


def test_r_tf_8_ex_4_no_weekend_night(why):
    terms(allow_weekend=False)

    assert why(7, 9) == ["weekend"]  # Friday and Saturday night
    assert why(6, 8) == ["weekend"]  # Thursday and Friday night
    assert why(2, 7) == []  # Sunday to Thursday night


def test_r_tf_9_ex_4_weekend_nights_only(hotel, why):
    terms(weekend_only=True)

    assert why(7, 9) == []
    assert why(6, 8) == ["weekend_only"]
    settings_set(hotel, weekend_days="6,0")
    assert why(7, 9) == ["weekend_only"]
    assert why(8, 10) == []


def test_r_tf_10_one_weekday_of_arrival(why):
    terms(arrival_weekday=weekday(june(7)))

    assert why(7, 10) == []
    assert why(8, 10) == ["arrival_weekday"]


def test_r_tf_10_does_not_override_8_and_9(why):
    terms(arrival_weekday=weekday(june(7)), allow_weekend=False)

    assert why(7, 8) == ["weekend"]


def test_r_tf_11_guest_types_have_their_minimum(hotel, double, twin, why):
    senior = GuestType.objects.create(property=hotel, name="Senior")
    child = GuestType.objects.create(property=hotel, name="Child")
    MinimumOfType.objects.create(property=hotel, room_type=double, guest_type=senior, quantity=2)
    MinimumOfType.objects.create(property=hotel, room_type=twin, guest_type=child, quantity=2)
    one_senior = {senior.pk: 1, child.pk: 1}

    assert why(3, 4, guest_types=one_senior) == []  # the property does not use guest types
    settings_set(hotel, use_guest_types=True)
    assert why(3, 4, guest_types=one_senior) == ["guest_type_minimum"]
    assert why(3, 4, guest_types={senior.pk: 2, child.pk: 1}) == []
    assert why(3, 4, guest_types={senior.pk: 0, child.pk: 1}) == []
    assert why(3, 4) == []


def test_all_reasons_are_told(why):
    terms(max_people=1, min_rooms_selected=1, weekend_only=True)
    night(4, closed=True, min_stay=9)

    assert why(4, 5) == ["closed", "min_stay", "party_too_large", "rooms_selected", "weekend_only"]


def test_a_sentence_names_what_is_missing(hotel, double, tariff):
    night(5, min_stay=4)
    DailyRate.objects.filter(date=june(4)).delete()

    found = refusals(prop=hotel, stay=in_june(3, 6), people=2, room_type_id=double.pk)[tariff]

    assert [one.sentence for one in found] == [
        "There is no price for the night of 2030-06-04.",
        "At least 4 nights have to be booked.",
    ]


def test_a_tariff_without_any_price_is_explained_and_a_deleted_one_is_not(
    hotel, double, save, tariff, by
):
    bare = TariffType.objects.create(property=hotel, room_type=double)
    tariff_delete(property_id=hotel.pk, tariff_type_id=tariff, by=by)
    DailyRate.objects.create(property=hotel, tariff_type_id=tariff, date=june(3), price=Decimal(1))

    found = refusals(prop=hotel, stay=in_june(3, 4), people=2, room_type_id=double.pk)

    assert list(found) == [bare.pk]
    assert not offers(prop=hotel, stay=in_june(3, 4), people=2)


def test_offers_of_several_room_types_are_one_query(
    hotel, double, twin, save, tariff, django_assert_num_queries
):
    second, of_twins = save(), save(room_type_id=twin.pk)

    with django_assert_num_queries(1):
        found = offers_by_room_type(
            prop=hotel, stay=in_june(3, 9), people=2, room_type_ids=[twin.pk, double.pk, 3]
        )

    ids = {kind: [offer.tariff_type.pk for offer in some] for kind, some in found.items()}
    assert ids == {twin.pk: [of_twins], double.pk: [tariff, second], 3: []}


def test_explanations_are_one_query(hotel, double, tariff, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = refusals(prop=hotel, stay=in_june(3, 9), people=900, room_type_id=double.pk)

    assert list(found) == [tariff]
