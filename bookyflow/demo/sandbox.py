"""A test property: rooms, a year of prices and some bookings, to build and try a client against.

Test keys reach it, live ones never do, and nobody is written to about its bookings.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from bookyflow.accounts.models import User
from bookyflow.accounts.site import site_settings
from bookyflow.core.acting import Actor
from bookyflow.core.dates import days
from bookyflow.core.errors import DomainError
from bookyflow.demo.example import DOUBLE, HOTEL, TWIN
from bookyflow.guests.services import GuestDetails
from bookyflow.properties.access import properties_of
from bookyflow.properties.models import Property
from bookyflow.properties.services import property_create, property_texts_save
from bookyflow.property_lifecycle.publication import property_publish
from bookyflow.reservations.staff_booking import StaffBooking, staff_book
from bookyflow.reservations.stay_request import RoomRequest
from bookyflow.rooms.services import RoomsToAdd, rooms_add
from bookyflow.tariffs.tariff_types import tariff_save

MOST = 10  # test properties of an account
NAME, COUNTRY = "Test hotel", "GB"
NIGHTS = 365
PRICES = {DOUBLE: Decimal(120), TWIN: Decimal(90)}
ROOMS = [RoomsToAdd(DOUBLE, 6, 2), RoomsToAdd(TWIN, 4, 2)]
SETTINGS = {
    "currency": "EUR",
    "time_zone": "Europe/London",
    "api_privacy_off": True,  # any channel of its manager works with it, without a link before
}
# Days until the arrival, nights, room type.
GUESTS = (
    (GuestDetails("Lovelace", "Ada"), 0, 3, DOUBLE),
    (GuestDetails("Turing", "Alan"), 2, 2, TWIN),
    (GuestDetails("Hopper", "Grace"), 5, 7, DOUBLE),
    (GuestDetails("Noether", "Emmy"), 12, 1, DOUBLE),
    (GuestDetails("Euler", "Leonhard"), 30, 4, TWIN),
)


def sandbox_properties(owner: User) -> QuerySet[Property]:
    """The test properties that an account works on, by id."""
    return properties_of(owner).filter(is_test=True).order_by("pk")


@transaction.atomic
def sandbox_property_make(*, owner: User, known: int) -> Property:
    """Make a test property for a manager, with rooms, prices and bookings.

    `known` is how many test properties the manager has seen there are: where there are others by
    now the call is a repetition, and raises conflict. So it does for more than MOST. It is
    published where the site asks for nothing that it lacks.
    """
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    there = sandbox_properties(owner).count()
    if there != known:
        raise DomainError("conflict", "A test property has been made already.")
    if there >= MOST:
        raise DomainError("conflict", f"At most {MOST} test properties; delete one first.")
    by = Actor(user_id=owner.pk, is_test=True)
    prop = property_create(
        by=by,
        owner_id=owner.pk,
        name=f"{NAME} {there + 1}" if there else NAME,
        country=site_settings().only_country or COUNTRY,
        property_type_id=HOTEL,
        settings=SETTINGS,
        town="Testing",
        street="1 Example Street",
    )
    _fill(prop, by)
    with suppress(DomainError), transaction.atomic():
        property_publish(prop=prop, by=by)
    return prop


def _fill(prop: Property, by: Actor) -> None:
    text = "A property to try things out with. Nothing here is real."
    property_texts_save(
        property_id=prop.pk, language="en-GB", texts={"property_description": text}, by=by
    )
    rooms_add(property_id=prop.pk, items=ROOMS, by=by)
    today = prop.settings.today()
    for room_type_id, price in PRICES.items():
        tariff_save(
            property_id=prop.pk,
            room_type_id=room_type_id,
            prices=dict.fromkeys(days(today, today + timedelta(days=NIGHTS)), price),
            min_stays={},
            conditions={"name": "Flexible"},
            by=by,
        )
    for guest, ahead, nights, room_type_id in GUESTS:
        arrival = today + timedelta(days=ahead)
        asked = StaffBooking.of(
            guest=guest,
            arrival=arrival,
            departure=arrival + timedelta(days=nights),
            rooms=[RoomRequest(room_type_id=room_type_id, adults=2)],
        )
        staff_book(property_id=prop.pk, asked=asked, by=by)
