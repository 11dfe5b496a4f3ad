"""`manage.py audit` on a site that is well, and on one that is not."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.db import transaction

from bookyflow.auditing.sql import INVARIANTS
from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event, EventKind, LastPosition
from bookyflow.events.services import record
from tests.feeds import settled

pytestmark = pytest.mark.django_db(transaction=True)


@transaction.atomic
def happened(hotel):
    record(
        EventKind.PROPERTY_UPDATED, by=SYSTEM, property_id=hotel.pk, subject=("property", hotel.pk)
    )


@pytest.fixture
def numbered(hotel):
    """An event that feeds show."""
    happened(hotel)
    settled()
    return Event.objects.get()


def audited():
    output = io.StringIO()
    try:
        call_command("audit", stdout=output)
    except SystemExit as end:
        return end.code, output.getvalue().splitlines()
    return 0, output.getvalue().splitlines()


def test_all_holds_of_a_site_that_is_well(numbered):
    assert audited() == (0, [*(f"{claim}: holds" for claim in INVARIANTS), "All hold."])


def test_what_is_broken_is_named_with_its_rows(numbered):
    LastPosition.objects.update(position=0)
    code, lines = audited()

    assert code == 1
    assert f"BROKEN by 1: {numbered.pk}" in "".join(lines)
    assert lines[-1] == "1 do not hold."


def test_events_that_are_old_enough_to_be_deleted_are_missed_by_nobody(numbered, hotel):
    happened(hotel)
    settled()
    Event.objects.filter(pk=numbered.pk).delete()

    assert audited()[0] == 0
