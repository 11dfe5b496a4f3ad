"""New objects that are made without their constructor."""

from __future__ import annotations

import pytest
from django.apps import apps

from bookyflow.core.prepared import fresh
from bookyflow.properties.models import Property
from bookyflow.reservations.models import Booking, BookingLine

OURS = [model for model in apps.get_models() if model.__module__.startswith("bookyflow.")]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_it_has_what_the_constructor_gives_it(model):
    made, constructed, another = fresh(model), model(), model()

    assert type(made) is model
    assert made._state.adding
    assert made._state.db is None
    assert vars(made).keys() == vars(constructed).keys()
    for name in vars(constructed).keys() - {"_state"}:
        expected = vars(constructed)[name]
        if expected == vars(another)[name]:  # else it is made anew each time
            assert vars(made)[name] == expected


def test_its_defaults_are_its_own():
    one, other = fresh(Booking), fresh(Booking)

    one.request["rooms"] = 1
    one.remarks = "Late."

    assert (other.request, other.remarks) == ({}, "")


def test_related_objects_bring_their_ids():
    prop, booking = Property(pk=3, name="Sea view"), Booking(pk=7)

    made = fresh(Booking, pk=8, property=prop, guest=None, guest_id=5, remarks="Late.")
    line = fresh(BookingLine, booking=booking, reverses=None)

    assert (made.pk, made.property_id, made.property, made.guest_id) == (8, 3, prop, 5)
    assert made.remarks == "Late."
    assert (line.booking_id, line.booking, line.reverses_id) == (7, booking, None)
    assert line.quantity == 1
