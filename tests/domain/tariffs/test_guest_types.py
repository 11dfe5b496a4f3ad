from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.tariffs.guest_types import (
    guest_minimums,
    guest_minimums_set,
    guest_type_delete,
    guest_type_list,
    guest_type_save,
)
from bookyflow.tariffs.models import GuestType
from tests.conftest import make_hotel

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest_type(hotel, by):
    """Add a guest type of the hotel."""

    def add(name="Senior", **values):
        return guest_type_save(property_id=values.pop("prop", hotel).pk, by=by, name=name, **values)

    return add


@pytest.fixture
def minimums(hotel, by):
    """Write the minimums of a room type of the hotel."""

    def write(room_type_id: int, wanted: dict[int, int]) -> None:
        guest_minimums_set(property_id=hotel.pk, room_type_id=room_type_id, minimums=wanted, by=by)

    return write


def key_of(call, *args, **kwargs) -> str:
    with pytest.raises(DomainError) as info:
        call(*args, **kwargs)
    return info.value.key


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def test_guest_types_are_listed_by_position_and_name(hotel, guest_type):
    guest_type("Senior", position=1, variance=Decimal(10), is_addition=False)
    guest_type("Child", position=1, is_child=True, maximum=4)
    guest_type("Adult", notes="From 18")

    found = guest_type_list(prop=hotel)

    assert [one.name for one in found] == ["Adult", "Child", "Senior"]
    assert kinds() == ["guest_type_saved"] * 3
    assert Event.objects.last().subject_kind == "guest_type"


def test_changing_what_is_given(hotel, guest_type, by):
    one = guest_type(notes="Over 65")

    guest_type_save(property_id=hotel.pk, by=by, guest_type_id=one.pk, variance=Decimal(12))
    guest_type_save(property_id=hotel.pk, by=by, guest_type_id=one.pk, variance=Decimal(12))

    kept = GuestType.objects.get()
    assert (kept.notes, kept.variance, kept.version) == ("Over 65", 12, 2)
    assert len(kinds()) == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"variance": Decimal(-1)}, "variance"),
        ({"variance": Decimal(101), "is_percentage": True}, "variance"),
        ({"variance": Decimal("12.345"), "is_percentage": True}, "variance"),
        ({"maximum": 0}, "maximum"),
        ({"maximum": 1001}, "maximum"),
    ],
)
def test_values_out_of_range(guest_type, values, field):
    with pytest.raises(DomainError) as info:
        guest_type(**values)
    assert (info.value.key, list(info.value.fields)) == ("validation_failed", [field])


def test_a_name_is_needed(guest_type):
    with pytest.raises(ValidationError):
        guest_type("")


def test_deleting_takes_the_minimums_along(hotel, guest_type, minimums, double, by, stranger):
    one, foreign = guest_type(), guest_type(prop=make_hotel(stranger, name="Other"))
    minimums(double.pk, {one.pk: 2})

    guest_type_delete(property_id=hotel.pk, guest_type_id=one.pk, by=by)

    assert guest_minimums(prop=hotel) == {}
    event = Event.objects.last()
    assert (event.kind, event.subject_id) == ("guest_type_deleted", one.pk)
    for pk in (one.pk, foreign.pk):
        for call in (guest_type_delete, guest_type_save):
            assert (
                key_of(call, property_id=hotel.pk, guest_type_id=pk, by=by)
                == "guest_type_not_found"
            )


def test_the_minimums_of_a_room_type_are_written_as_a_whole(
    hotel, guest_type, minimums, double, twin
):
    senior, child = guest_type(), guest_type("Child")
    minimums(double.pk, {senior.pk: 2, child.pk: 1})
    minimums(twin.pk, {child.pk: 1})

    minimums(double.pk, {senior.pk: 0, child.pk: 3})
    minimums(double.pk, {child.pk: 3})

    assert guest_minimums(prop=hotel) == {double.pk: {child.pk: 3}, twin.pk: {child.pk: 1}}
    assert kinds()[2:] == ["tariffs_updated"] * 3
    assert Event.objects.last().data["changed"] == "guest_minimums"


def test_minimums_need_the_propertys_guest_types_and_room_types(
    guest_type, minimums, double, stranger
):
    own, foreign = guest_type(), guest_type(prop=make_hotel(stranger, name="Other"))

    assert key_of(minimums, double.pk, {foreign.pk: 1}) == "guest_type_not_found"
    assert key_of(minimums, 20, {own.pk: 1}) == "room_type_incorrect"
    assert key_of(minimums, double.pk, {own.pk: -1}) == "validation_failed"
