"""Data to try BookyFlow with: three properties, a year of prices, some bookings, people, a key."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from bookyflow.accounts.models import AccessLevel, KeyPair, KeySecret, User
from bookyflow.accounts.services import key_pair_create
from bookyflow.channels.models import ChannelProperty
from bookyflow.channels.remote import RemoteReservation, RemoteStay
from bookyflow.channels.reservations import reservations_add
from bookyflow.channels.services import channel_announce
from bookyflow.core.acting import Actor
from bookyflow.core.dates import Stay
from bookyflow.core.ids import digest
from bookyflow.core.places import region_number
from bookyflow.demo.example import example_make
from bookyflow.guests.models import Guest
from bookyflow.guests.services import GuestDetails
from bookyflow.plugins import registry
from bookyflow.properties.models import ManagerAccess, Property
from bookyflow.properties.selectors import Reach
from bookyflow.properties.services import property_create, property_texts_save
from bookyflow.property_lifecycle.publication import property_publish
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import booking_check_in
from bookyflow.reservations.models import Booking
from bookyflow.reservations.tokens import guest_token
from bookyflow.rooms.models import Room
from bookyflow.rooms.services import RoomsToAdd, rooms_add
from bookyflow.tariffs.models import Extra
from bookyflow.tariffs.ranges import PriceRange
from bookyflow.tariffs.services import base_price_set, prices_set

CHANNEL = "demo"
EXAMPLES = {True: "demo-4", False: "demo-5"}  # prices with tax, and without
LEVELS = {
    "manager": AccessLevel.MANAGER,
    "receptionist": AccessLevel.RECEPTIONIST,
    "super": AccessLevel.SUPER_MANAGER,
}
DOUBLE, TWIN, SINGLE, SUITE, THREE_BEDROOMS = 1, 2, 3, 28, 7


@dataclass(frozen=True)
class DemoProperty:
    """What one property of the demonstration is made of."""

    name: str
    type_id: int
    country: str
    region: str
    town: str
    street: str
    description: str
    price: Decimal
    high_season: Decimal
    rooms: tuple[RoomsToAdd, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)


PROPERTIES = (
    DemoProperty(
        name="Harbour View Hotel",
        type_id=1,
        country="GB",
        region="GB-PEM",
        town="Tenby",
        street="4 Quay Street",
        description="A small hotel above the harbour, two minutes from the beach.",
        price=Decimal(110),
        high_season=Decimal(145),
        rooms=(RoomsToAdd(DOUBLE, 5, 2), RoomsToAdd(TWIN, 3, 2), RoomsToAdd(SINGLE, 2, 1)),
        settings={"currency": "GBP", "time_zone": "Europe/London"},
        details={"latitude": Decimal("51.6727"), "longitude": Decimal("-4.7033"), "stars": 3},
    ),
    DemoProperty(
        name="Hotel Alpenblick",
        type_id=1,
        country="CH",
        region="CH-BE",
        town="Grindelwald",
        street="Dorfstrasse 12",
        description="Rooms with a balcony facing the Eiger; breakfast until eleven.",
        price=Decimal(180),
        high_season=Decimal(240),
        rooms=(RoomsToAdd(DOUBLE, 6, 2), RoomsToAdd(SUITE, 2, 4)),
        settings={
            "currency": "CHF",
            "time_zone": "Europe/Zurich",
            "accommodation_tax_rate": Decimal("3.8"),
            "language": "de-CH",
        },
        details={"latitude": Decimal("46.62416"), "longitude": Decimal("8.04140"), "stars": 4},
    ),
    DemoProperty(
        name="Villa Rosmarino",
        type_id=6,
        country="IT",
        region="IT-FI",
        town="Fiesole",
        street="Via dei Cipressi 7",
        description="A villa for six with a walled garden and a view over Florence.",
        price=Decimal(320),
        high_season=Decimal(450),
        rooms=(RoomsToAdd(THREE_BEDROOMS, 1, 6),),
        settings={
            "currency": "EUR",
            "time_zone": "Europe/Rome",
            "accommodation_tax_rate": Decimal(10),
            "cleaning_fee": Decimal(80),
            "security_deposit": Decimal(300),
            "language": "it-IT",
        },
        details={"latitude": Decimal("43.80720"), "longitude": Decimal("11.29320")},
    ),
)

GUESTS = (
    GuestDetails("Lovelace", "Ada", "ada@guest.example", country="GB", town="London"),
    GuestDetails("Hopper", "Grace", "grace@guest.example", country="US", town="New York"),
    GuestDetails("Noether", "Emmy", "emmy@guest.example", country="DE", town="Erlangen"),
    GuestDetails("Turing", "Alan", "alan@guest.example", country="GB", town="Wilmslow"),
    GuestDetails("Agnesi", "Maria", "maria@guest.example", country="IT", town="Milano"),
    GuestDetails("Euler", "Leonhard", "leonhard@guest.example", country="CH", town="Basel"),
)

AHEAD = (0, 0, 1, 9, 21, 45)  # days until each arrives; the last who comes today is in the house


@dataclass(frozen=True)
class Example:
    """The ids of the worked example, and the personal token of its guest."""

    property_id: int
    extra_ids: list[int]
    guest_token: str


@dataclass
class Demo:
    """What a person needs to begin."""

    logins: dict[str, str]  # login → password
    client_id: str
    client_secret: str
    properties: dict[str, int]  # name → id
    examples: list[Example]  # prices with tax in them, prices without


@transaction.atomic
def demo_make(*, known: Mapping[str, Any]) -> Demo:
    """Make the demonstration's data as far as it is missing.

    `known` holds the passwords and the key pair of an earlier run; those that still work stay, so
    that nothing printed before turns wrong. Others are made anew.
    """
    passwords = known.get("logins", {})
    logins = {login: _login(login, passwords.get(login)) for login in LEVELS}
    manager = User.objects.get(username="manager")
    key_id, client_id, secret = _key(manager, known)
    channel = channel_announce(user_id=manager.pk, name=CHANNEL, friendly_name="Demonstration")
    actor = Actor(user_id=manager.pk, key_id=key_id, channel_id=channel.pk)
    reach = Reach(
        user_id=manager.pk,
        level=manager.access_level,
        key_id=key_id,
        all_properties=True,
        is_test=False,
    )
    found = dict(
        ChannelProperty.objects.filter(channel=channel).values_list("remote_id", "property")
    )
    for number, wanted in enumerate(PROPERTIES, start=1):
        if f"demo-{number}" not in found:
            found[f"demo-{number}"] = _property(wanted, number, channel.pk, actor, reach)
    for inclusive, remote_id in EXAMPLES.items():
        if remote_id not in found:
            prop = example_make(inclusive=inclusive, owner_id=manager.pk, by=actor)
            ChannelProperty.objects.create(channel=channel, property=prop, remote_id=remote_id)
            found[remote_id] = prop.pk
    receptionist = User.objects.get(username="receptionist")
    for property_id in found.values():
        ManagerAccess.objects.get_or_create(user=receptionist, property_id=property_id)
    names = Property.objects.in_bulk(found.values())
    return Demo(
        logins,
        client_id,
        secret,
        {names[pk].name: pk for pk in sorted(names)},
        [_example(found[EXAMPLES[inclusive]]) for inclusive in (True, False)],
    )


def _example(property_id: int) -> Example:
    extras = Extra.objects.filter(property=property_id).order_by("pk")
    guest = Guest.objects.filter(property=property_id, discount__gt=0).earliest("pk")
    return Example(
        property_id,
        list(extras.values_list("pk", flat=True)),
        guest_token(guest.pk, guest.token_version),
    )


def _login(login: str, password: str | None) -> str:
    user, _ = User.objects.get_or_create(
        username=login,
        defaults={
            "email": f"{login}@demo.example",
            "access_level": LEVELS[login],
            "is_staff": login == "super",
            "is_superuser": login == "super",
        },
    )
    if not (password and user.check_password(password)):
        password = secrets.token_urlsafe(9)
        user.set_password(password)
        user.save(update_fields=["password"])
    return password


def _key(manager: User, known: Mapping[str, Any]) -> tuple[int, str, str]:
    client_id, secret = known.get("client_id", ""), known.get("client_secret", "")
    key = KeyPair.objects.filter(client_id=client_id, revoked_at=None, user=manager).first()
    if key and KeySecret.objects.filter(key=key, digest=digest(secret), expires_at=None):
        return key.pk, client_id, secret
    scopes = registry.grantable(manager.access_level, registry.enabled())
    key, secret = key_pair_create(
        owner=manager, label="Demonstration", scopes=scopes, by=Actor(user_id=manager.pk)
    )
    return key.pk, key.client_id, secret


def _property(
    wanted: DemoProperty, number: int, channel_id: int, actor: Actor, reach: Reach
) -> int:
    prop = property_create(
        by=actor,
        owner_id=reach.user_id,
        name=wanted.name,
        country=wanted.country,
        region_id=region_number(wanted.region),
        property_type_id=wanted.type_id,
        settings=wanted.settings,
        town=wanted.town,
        street=wanted.street,
        **wanted.details,
    )
    ChannelProperty.objects.create(channel_id=channel_id, property=prop, remote_id=f"demo-{number}")
    property_texts_save(
        property_id=prop.pk,
        language="en-GB",
        texts={"property_description": wanted.description},
        by=actor,
    )
    rooms_add(property_id=prop.pk, items=wanted.rooms, by=actor)
    _prices(prop, wanted, actor)
    _bookings(prop, wanted, channel_id, actor, reach)
    property_publish(prop=prop, by=actor)
    return prop.pk


def _prices(prop: Property, wanted: DemoProperty, actor: Actor) -> None:
    most = max(item.max_guests for item in wanted.rooms)
    base_price_set(property_id=prop.pk, price=wanted.price, max_people=most, by=actor)
    today = prop.settings.today()
    summers = [
        PriceRange(date(year, 7, 1), date(year, 8, 31), wanted.high_season)
        for year in (today.year, today.year + 1)
        if date(year, 8, 31) > today
    ]
    prices_set(property_id=prop.pk, ranges=summers, by=actor)


def _bookings(
    prop: Property, wanted: DemoProperty, channel_id: int, actor: Actor, reach: Reach
) -> None:
    today = prop.settings.today()
    reservations_add(
        reservations=list(_reservations(prop, wanted, today)),
        channel_id=channel_id,
        reach=reach,
        by=actor,
    )
    here = Booking.objects.filter(property=prop, arrival=today).latest("pk")
    booking_check_in(property_id=prop.pk, booking_id=here.pk, by=actor)
    room = Room.objects.filter(property=prop).order_by("number").first()
    repair = Stay(today + timedelta(days=80), today + timedelta(days=84))
    if room is not None:
        block_create(
            property_id=prop.pk, stay=repair, room_ids=[room.pk], reason="Redecoration", by=actor
        )


def _reservations(prop: Property, wanted: DemoProperty, today: date) -> Iterable[RemoteReservation]:
    for number, guest in enumerate(GUESTS):
        arrival = today + timedelta(days=AHEAD[number] if len(wanted.rooms) > 1 else 12 * number)
        nights = 2 + number % 4
        yield RemoteReservation(
            remote_id=f"DEMO-{prop.pk}-{number + 1}",
            guest=guest,
            referrer="Demonstration",
            stays=(
                RemoteStay(
                    property_id=prop.pk,
                    stay=Stay(arrival, arrival + timedelta(days=nights)),
                    price=wanted.price * nights,
                    already_paid=wanted.price * (number % 2),
                    guests=1 + number % 2,
                ),
            ),
        )
