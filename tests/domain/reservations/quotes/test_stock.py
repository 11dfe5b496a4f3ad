"""What a quote is made of, read by one statement."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from bookyflow.availability.nights import OccupiedNights
from bookyflow.availability.selectors import priced_rooms
from bookyflow.core.prepared import columns
from bookyflow.core.together import read_together
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.stay_request import VISITOR
from bookyflow.rooms.models import Room
from bookyflow.tariffs.extras import extras_offered_of_each
from bookyflow.tariffs.models import Extra, TaxRate
from bookyflow.tariffs.selectors import rates_of
from tests.domain.reservations.conftest import fresh

pytestmark = pytest.mark.django_db


def values(row):
    """All that was read of an object, with its types."""
    return [repr(getattr(row, name)) for name in columns(type(row))]


def test_what_is_read_together_is_what_each_reads_alone(inn, soon):
    first, _ = soon
    Room.objects.filter(property=inn).update(surcharge=Decimal("1e3"))
    inn.tariff_types.update(name='A "quoted" \\ name', discount_7=Decimal("12.5"))
    vat = TaxRate.objects.create(code="X", rate=Decimal("7.5"))
    for number, since in enumerate((date(2020, 2, 29), None)):
        Extra.objects.create(
            property=inn,
            name="Linen",
            price=Decimal("7.005"),
            tax_rate=vat if number else None,
            valid_from=since,
        )
    prop, nights = fresh(inn), OccupiedNights.stored(first, first + timedelta(days=5))
    reads = (
        priced_rooms(property_id=inn.pk, nights=nights, today=prop.settings.today()),
        rates_of(prop=prop, stay=nights.priced, room_type_ids=None),
        extras_offered_of_each(property_ids=[inn.pk], arrival=first),
    )

    def told(rooms, rates, extras):
        return (
            list(map(repr, rooms)),
            [(values(tariff), repr(by_date)) for tariff, by_date in rates],
            [(values(one), one.tax_rate and values(one.tax_rate)) for one in extras[inn.pk]],
        )

    alone = told(*(read.now() for read in reads))
    assert told(*read_together(*reads)) == alone
    assert all(alone)


def test_a_quote_reads_all_that_it_needs_at_once(inn, stay_request):
    prop, sent = fresh(inn), []

    def note(execute, text, *more):
        sent.append(text)
        return execute(text, *more)

    with connection.execute_wrapper(note):
        quote_make(prop=prop, stay_request=stay_request, booker=VISITOR)
    (text,) = sent
    assert text.startswith("SELECT (SELECT json_agg")
