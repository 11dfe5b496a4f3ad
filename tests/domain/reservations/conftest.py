"""The hotel of the worked example, priced, and stays in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.guests.services import GuestDetails
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.services import quote_book
from bookyflow.reservations.stay_request import STAFF, RoomRequest, StayRequest
from bookyflow.reservations.tasks import booking_mail
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import TariffType

RATES = """
INSERT INTO tariffs_dailyrate (tariff_type_id, property_id, date, price, min_stay,
                               closed, closed_to_arrival, closed_to_departure)
SELECT %s, %s, %s::date + night, %s, 1, false, false, false
FROM generate_series(0, %s - 1) AS night
"""
GRACE = GuestDetails(
    surname="Hopper",
    first_name="Grace",
    email="grace@guest.example",
    mobile="+1 555 0100",
    country="US",
    region="US-NY",
)


def fresh(prop):
    """The property as services get it."""
    return type(prop).objects.select_related("settings", "property_type").get(pk=prop.pk)


def settle(prop, **values):
    """Other settings."""
    PropertySettings.objects.filter(property=prop).update(**values)
    return fresh(prop)


def price(prop, room_type, amount, *, name="Flexible", nights=800, start=None, **conditions):
    """A tariff with the same price every night from today on."""
    tariff = TariffType.objects.create(
        property=prop, room_type=room_type, name=name, max_people=100, **conditions
    )
    first = start or prop.settings.today()
    with connection.cursor() as cursor:  # an object for each night took most of a test's time
        cursor.execute(RATES, [tariff.pk, prop.pk, first, amount, nights])
    return tariff


@pytest.fixture
def double():
    return RoomType.objects.get(name="Double", property=None)


@pytest.fixture
def inn(hotel, double):
    """Three doubles at 120 a night; no deposit; guests may arrive from tomorrow."""
    Room.objects.filter(property=hotel).update(max_adults=2, max_occupancy=2)
    prop = settle(hotel, deposit_kind="none")
    price(prop, double, 120)
    return prop


@pytest.fixture
def soon(inn):
    """The stay from ten days ahead to three nights later."""
    first = inn.settings.today() + timedelta(days=10)
    return first, first + timedelta(days=3)


@pytest.fixture
def stay_request(soon, double):
    """One double for two."""
    return StayRequest(*soon, (RoomRequest(double.pk),), adults=2)


@pytest.fixture
def book(inn, by):
    """Make bookings as staff, or as a visitor."""

    def make(wanted, *, booker=STAFF, guest=GRACE, prop=None, **details):
        found = fresh(prop or inn)
        quote = quote_make(prop=found, stay_request=wanted, booker=booker)
        return quote_book(quote=quote, guest=guest, booker=booker, by=by, **details)

    return make


@pytest.fixture
def post(mailoutbox):
    """The mails of the queued jobs of a template."""

    def deliver(template):
        mailoutbox.clear()
        for job in ProcrastinateJob.objects.filter(args__template=template).order_by("id"):
            booking_mail(**job.args)
        return list(mailoutbox)

    return deliver
