"""Each named constraint of the database has its refusal, and each refusal a constraint."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from bookyflow.api.constraints import CONSTRAINTS, violation
from bookyflow.core.errors import ERRORS


def named_constraints() -> set[str]:
    return {
        constraint.name
        for model in apps.get_models()
        if model.__module__.startswith(("bookyflow.", "features."))
        for constraint in model._meta.constraints
    }


def test_every_constraint_has_its_refusal():
    assert named_constraints() - CONSTRAINTS.keys() == set()


@pytest.mark.django_db
def test_every_refusal_has_its_constraint():
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class")
        present = {name for (name,) in cursor.fetchall()}

    assert CONSTRAINTS.keys() - present == set()


def test_every_refusal_is_in_the_catalogue():
    assert {refusal.key for refusal in CONSTRAINTS.values()} - ERRORS.keys() == set()


def test_the_exclusion_constraint_is_room_taken():
    assert violation("occupancy_one_per_room_and_night").key == "room_taken"


def test_a_message_of_the_model_is_told():
    error = violation("user_super_manager_not_suspended")

    assert (error.key, error.detail) == ("conflict", "A super manager cannot be suspended.")


def test_a_fault_is_no_refusal():
    assert violation("event_subject_sequence_unique") is None
    assert violation("nobody_knows_it") is None
