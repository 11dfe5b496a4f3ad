from __future__ import annotations

import pytest

from bookyflow.core.errors import ERRORS
from bookyflow.rooms.capacity import capacity_refusals
from bookyflow.rooms.models import Room


def room(adults: int, children: int = 0, people: int | None = None) -> Room:
    most = adults + children if people is None else people
    return Room(max_adults=adults, max_children=children, max_occupancy=most)


def refused(*rooms, adults: int, children: int = 0, counted=True, item_hire=False) -> list[str]:
    found = capacity_refusals(
        rooms, adults=adults, children=children, children_count=counted, item_hire=item_hire
    )
    assert {one.key for one in found} <= ERRORS.keys()
    return [one.key for one in found]


@pytest.mark.parametrize(("adults", "keys"), [(4, []), (5, ["too_many_adults", "too_many_guests"])])
def test_r_ca_1_adults_fit_the_places_for_adults(adults, keys):
    assert refused(room(2), room(2), adults=adults) == keys


def test_r_ca_1_adults_do_not_fill_places_for_children():
    assert refused(room(2, 2), adults=3) == ["too_many_adults"]


def test_r_ca_1_children_do_not_fill_places_for_adults():
    assert refused(room(4, 1), adults=1, children=2) == ["too_many_children"]


def test_r_ca_1_all_together_fit_the_occupancy():
    assert refused(room(2, 2, 3), adults=2, children=1) == []
    assert refused(room(2, 2, 3), adults=2, children=2) == ["too_many_guests"]
    assert refused(room(4, 0, 3), adults=4) == ["too_many_guests"]


def test_r_ca_1_children_count_only_where_the_property_counts_them():
    assert refused(room(2), adults=2, children=3, counted=False) == []


def test_r_ca_2_no_more_rooms_than_adults():
    assert refused(room(2), room(2), room(2), adults=2) == ["too_many_rooms"]
    assert refused(room(2), room(2), adults=2) == []


def test_r_ca_3_at_least_one_room():
    assert refused(adults=2) == ["no_room_selected"]


def test_r_ca_4_items_are_hired_without_questions():
    assert refused(item_hire=True, adults=0) == []
    assert refused(room(1), room(1), adults=9, children=9, item_hire=True) == []


def test_sentences_give_the_numbers():
    found = capacity_refusals(
        [room(2, 1), room(2, 1, 2)], adults=5, children=3, children_count=True
    )

    assert [one.sentence for one in found] == [
        "The rooms sleep at most 4 adults.",
        "The rooms sleep at most 2 children.",
        "The rooms sleep at most 5 people.",
    ]
