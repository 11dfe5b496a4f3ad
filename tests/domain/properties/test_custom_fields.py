from __future__ import annotations

import json

import pytest

from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.properties.custom_fields import (
    custom_answers_check,
    custom_field_delete,
    custom_field_save,
    custom_fields_of,
    custom_values_of,
    custom_values_save,
)
from bookyflow.properties.models import CustomField, CustomValue, PropertyType
from tests.conftest import make_hotel
from tests.domain.properties.conftest import kinds

pytestmark = pytest.mark.django_db
BOOKING, PROPERTY = CustomField.Purpose.BOOKING, CustomField.Purpose.PROPERTY


@pytest.fixture
def field(hotel, by):
    def save(name, **values):
        return custom_field_save(property_id=hotel.pk, by=by, name=name, **values)

    return save


def refusal(act, **arguments) -> DomainError:
    with pytest.raises(DomainError) as error:
        act(**arguments)
    return error.value


def test_answers_are_kept_by_their_types(hotel, field):
    field("arrival_by", description="How do you arrive?")
    field("cots", answer="number", default="0")
    field("parking", answer="flag", required=True)
    field("birthday", answer="date")

    answers = custom_answers_check(
        prop=hotel,
        answers={"arrival_by": " Train ", "cots": 2, "parking": "1", "birthday": "1915-12-10"},
    )
    least = custom_answers_check(prop=hotel, answers={"parking": False, "arrival_by": ""})

    assert answers == {
        "arrival_by": "Train",
        "cots": "2",
        "parking": True,
        "birthday": "1915-12-10",
    }
    assert json.loads(json.dumps(answers)) == answers
    assert least == {"cots": "0", "parking": False}


def test_tells_every_problem_of_answers(hotel, field):
    field("who", required=True)
    field("cots", answer="number")
    field("parking", answer="flag")
    field("birthday", answer="date")
    field("wish")

    error = refusal(
        custom_answers_check,
        prop=hotel,
        answers={
            "cots": "NaN",
            "parking": "maybe",
            "birthday": "10.12.1815",
            "wish": "a\0b",
            "other": 1,
        },
    )

    assert error.key == "validation_failed"
    assert error.fields == {
        "other": ["There is no such field."],
        "who": ["It is required."],
        "cots": ["A number is needed."],
        "parking": ["1 or 0 is needed."],
        "birthday": ["A date YYYY-MM-DD is needed."],
        "wish": ["Control characters are not allowed."],
    }


@pytest.mark.parametrize("value", [["a"], {"a": 1}, "a" * 2001])
def test_an_answer_is_one_value(hotel, field, value):
    field("wish")

    assert list(refusal(custom_answers_check, prop=hotel, answers={"wish": value}).fields) == [
        "wish"
    ]


@pytest.mark.parametrize("value", ["1e30", "x", "1" * 21, "inf"])
def test_a_number_is_one_of_reasonable_size(hotel, field, value):
    field("cots", answer="number")

    assert refusal(custom_answers_check, prop=hotel, answers={"cots": value}).fields == {
        "cots": ["A number is needed."]
    }


def test_fields_of_the_site_are_for_all_or_for_some_types(hotel, boss, field):
    for_all = custom_field_save(property_id=None, by=boss, name="pets", answer="flag")
    custom_field_save(property_id=None, by=boss, name="sails", property_type_ids=[2])
    for_hotels = custom_field_save(
        property_id=None,
        by=boss,
        name="late",
        property_type_ids=[hotel.property_type_id, 2],
    )
    custom_field_save(property_id=None, by=boss, name="shown", purpose=PROPERTY)
    own = field("arrival_by")
    before = custom_fields_of(prop=hotel, purpose=BOOKING)
    instead = field("pets", answer="text")

    assert before == [for_all, for_hotels, own]
    assert custom_fields_of(prop=hotel, purpose=BOOKING) == [for_hotels, own, instead]


def test_only_a_super_manager_changes_fields_of_the_site(by):
    assert refusal(custom_field_save, property_id=None, by=by, name="pets").key == "forbidden"


def test_changes_a_field_with_one_event(hotel, by, field):
    made = field("pets", answer="flag")
    for _ in range(2):
        custom_field_save(property_id=hotel.pk, by=by, field_id=made.pk, required=True)
    for _ in range(2):
        custom_field_save(property_id=hotel.pk, by=by, field_id=made.pk, property_type_ids=[1])

    found = CustomField.objects.get()
    assert (found.name, found.answer, found.required) == ("pets", "flag", True)
    assert str(found) == "pets"
    assert kinds(hotel) == ["custom_field_saved"] * 3
    event = Event.objects.order_by("id").first()
    assert (event.subject_kind, event.subject_id) == ("custom_field", made.pk)


@pytest.mark.parametrize(
    ("values", "key", "field_name"),
    [
        ({"name": ""}, "validation_failed", "name"),
        ({"name": "two words"}, "validation_failed", "name"),
        ({"name": "x\n"}, "validation_failed", "name"),
        ({"name": "x", "answer": "colour"}, "validation_failed", "answer"),
        ({"name": "x", "answer": "date", "default": "soon"}, "validation_failed", "default"),
        ({"name": "x", "property": 1}, "validation_failed", "property"),
        ({"name": "pets"}, "conflict", "name"),
        ({"name": "x", "property_type_ids": [999]}, "property_type_id_incorrect", None),
    ],
)
def test_refuses_a_field_that_cannot_be(hotel, by, field, values, key, field_name):
    field("pets")
    error = refusal(custom_field_save, property_id=hotel.pk, by=by, **values)

    assert (error.key, list(error.fields)) == (key, [field_name] if field_name else [])


def test_fields_of_others_are_not_found(hotel, by, stranger, boss, field):
    foreign = make_hotel(stranger, name="Foreign")
    made = field("pets")

    for property_id, actor in ((foreign.pk, by), (None, boss)):
        for act in (custom_field_save, custom_field_delete):
            error = refusal(act, property_id=property_id, field_id=made.pk, by=actor)
            assert error.key == "custom_field_not_found"


def test_deletes_a_field_with_what_was_said_in_it(hotel, by, field):
    made = field("view", purpose=PROPERTY)
    custom_values_save(property_id=hotel.pk, values={"view": "Sea"}, by=by)
    custom_field_delete(property_id=hotel.pk, field_id=made.pk, by=by)

    assert not CustomValue.objects.exists()
    assert kinds()[-1] == "custom_field_deleted"


def test_a_property_says_something_in_its_fields(hotel, by, field):
    field("view", purpose=PROPERTY, default="Garden")
    field("floors", purpose=PROPERTY, answer="number")
    field("lift", purpose=PROPERTY, answer="flag", required=True)
    before = custom_values_of(prop=hotel)
    Event.objects.all().delete()

    for _ in range(2):
        custom_values_save(
            property_id=hotel.pk, values={"view": "Sea", "floors": 3, "lift": True}, by=by
        )

    assert before == {"view": "Garden", "floors": None, "lift": None}
    assert custom_values_of(prop=hotel) == {"view": "Sea", "floors": "3", "lift": True}
    assert kinds() == ["property_updated"]
    custom_values_save(property_id=hotel.pk, values={"view": "", "floors": None}, by=by)
    assert custom_values_of(prop=hotel) == {"view": "Garden", "floors": None, "lift": True}
    assert {str(value) for value in CustomValue.objects.all()} == {"", "True"}


def test_tells_every_problem_of_values(hotel, by, field):
    field("floors", purpose=PROPERTY, answer="number")
    field("lift", purpose=PROPERTY, answer="flag", required=True)
    field("pets")

    error = refusal(
        custom_values_save,
        property_id=hotel.pk,
        values={"floors": "x", "lift": "", "pets": "y"},
        by=SYSTEM,
    )

    assert error.fields == {
        "floors": ["A number is needed."],
        "lift": ["It is required."],
        "pets": ["There is no such field."],
    }


def test_a_value_of_an_older_type_gives_way_to_the_default(hotel, by, field):
    made = field("view", purpose=PROPERTY, default="4")
    custom_values_save(property_id=hotel.pk, values={"view": "Sea"}, by=by)
    custom_field_save(property_id=hotel.pk, by=by, field_id=made.pk, answer="number")

    assert custom_values_of(prop=hotel) == {"view": "4"}


def test_a_field_for_other_types_is_not_asked(hotel, boss):
    other = PropertyType.objects.create(name="Boat")
    custom_field_save(
        property_id=None, by=boss, name="sails", required=True, property_type_ids=[other.pk]
    )

    assert custom_answers_check(prop=hotel, answers={}) == {}


@pytest.mark.parametrize(
    ("answer", "given"),
    [
        ("date", "20300101"),
        ("date", "2030-W01-1"),
        ("date", "2030-02-30"),
        ("number", "1_000"),
        ("number", "1e999999999"),
        ("number", "٣"),
        ("number", float("nan")),
    ],
)
def test_an_answer_is_written_in_one_way(hotel, field, answer, given):
    field("q", answer=answer)

    error = refusal(custom_answers_check, prop=hotel, answers={"q": given})

    assert list(error.fields) == ["q"]


def test_blanks_are_no_answer(hotel, field):
    field("pets", required=True)
    field("floor", default="any")

    error = refusal(custom_answers_check, prop=hotel, answers={"pets": "  ", "floor": " "})
    found = custom_answers_check(prop=hotel, answers={"pets": "Cat", "floor": " "})

    assert error.fields == {"pets": ["It is required."]}
    assert found == {"pets": "Cat", "floor": "any"}
