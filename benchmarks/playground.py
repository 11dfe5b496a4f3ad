"""What a run makes for itself on its copy of a data set: a key pair, a token, new hotels."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import psycopg

from benchmarks.calls import OK, Caller
from benchmarks.datasets import CHANNEL, MANAGER, Building, Size, buildings
from bookyflow.accounts.models import KeyPair, User
from bookyflow.accounts.services import key_pair_create
from bookyflow.channels.models import Channel, ChannelProperty
from bookyflow.core.acting import Actor
from bookyflow.plugins import registry
from bookyflow.properties.models import ManagerAccess, Property, PropertySettings
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import DailyRate, TariffType

FORM = "application/x-www-form-urlencoded"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Bench:
    """Everything a case needs: `api` is a client with a token; `quick` asks for less of all."""

    url: str
    size: Size
    quick: bool
    api: Caller
    key: KeyPair
    secret: str

    def rounds(self, full: int) -> int:
        """How often to repeat what a full run repeats `full` times."""
        return max(3, full // 4) if self.quick else full

    def connect(self) -> psycopg.Connection:
        """A connection for bare SQL: each statement by itself, planned anew, as Django sends it."""
        return psycopg.connect(self.url, autocommit=True, cursor_factory=psycopg.ClientCursor)

    @property
    def today(self) -> date:
        """Where the future begins, one day on, for whatever time zone."""
        return datetime.now(UTC).date() + timedelta(1)

    def place(self, rooms: int, *, index: int = 0) -> Building:
        """A property of the data set with prices and so many rooms."""
        fitting = (b for b in buildings(self.size) if b.is_priced and len(b.rooms) == rooms)
        return next(itertools.islice(fitting, index, None))

    def hotels(self, count: int, *, rooms: int, types: int = 1, priced: int = 0) -> list[int]:
        """Make hotels that the key and its channel reach; their ids.

        Each has `rooms` rooms of each of `types` room types, a tariff for each type, and prices
        from today for `priced` days.
        """
        made = Property.objects.bulk_create(
            Property(
                name=f"New {next(_numbers)}",
                property_type_id=1,
                country="GB",
                region="GB-PEM",
                is_published=True,
            )
            for _ in range(count)
        )
        user = self.key.user_id
        channel = Channel.objects.get(user=user, name=CHANNEL)
        PropertySettings.objects.bulk_create(PropertySettings(property=prop) for prop in made)
        ManagerAccess.objects.bulk_create(
            ManagerAccess(user_id=user, property=prop) for prop in made
        )
        ChannelProperty.objects.bulk_create(
            ChannelProperty(channel=channel, property=prop, remote_id=str(prop.pk)) for prop in made
        )
        room_types = list(RoomType.objects.filter(property=None).order_by("pk")[:types])
        Room.objects.bulk_create(
            Room(property=prop, room_type=room_type, number=f"{room_type.pk}-{number}")
            for prop in made
            for room_type in room_types
            for number in range(rooms)
        )
        tariff_types = TariffType.objects.bulk_create(
            TariffType(property=prop, room_type=room_type)
            for prop in made
            for room_type in room_types
        )
        DailyRate.objects.bulk_create(
            DailyRate(
                tariff_type=tariff_type,
                property_id=tariff_type.property_id,
                date=self.today + timedelta(day),
                price=Decimal(90),
            )
            for tariff_type in tariff_types
            for day in range(priced)
        )
        return [prop.pk for prop in made]

    def analyse(self) -> None:
        """Let PostgreSQL know of new rows, as autovacuum would a minute later."""
        with self.connect() as connection:
            connection.execute("VACUUM (ANALYZE)")


def prepare(url: str, size: Size, *, quick: bool) -> Bench:
    """A key pair with every scope that the data set's manager can grant, and a token."""
    manager = User.objects.get(username=MANAGER)
    scopes = registry.grantable(manager.access_level, registry.enabled())
    key, secret = key_pair_create(
        owner=manager, label="bench", scopes=scopes, by=Actor(user_id=manager.pk)
    )
    api = Caller(channel=CHANNEL)
    api.token = token(api, "/oauth/token", key.client_id, secret)
    return Bench(url, size, quick, api, key, secret)


def token(caller: Caller, path: str, client_id: str, secret: str) -> str:
    """Ask for a token as a client does."""
    answer = caller.request("POST", path, credentials(client_id, secret), FORM)
    if answer.status != OK:
        raise RuntimeError(f"no token: {answer.status} {answer.body!r}")
    return str(json.loads(answer.body)["access_token"])


def credentials(client_id: str, secret: str) -> bytes:
    """The body of a token request."""
    grant = "client_credentials"
    fields = {"grant_type": grant, "client_id": client_id, "client_secret": secret}
    return urlencode(fields).encode()


def reservation(
    remote_id: str, uid: int, arrival: date, *, nights: int = 2, rooms: int = 1
) -> dict[str, Any]:
    """The body of reservations/add for one stay of one guest."""
    return {
        "reservations": {
            "reservations": [
                {
                    "remote_reservation_id": remote_id,
                    "referrer": "Bench",
                    "guest_info": {
                        "name": "Ada",
                        "surname": "Berger",
                        "email": f"guest-{remote_id}@guest.example",
                        "phone": "+43 660 000000",
                        "address": "Ring 4, Wien",
                        "post_code": "1010",
                        "country_code": "AT",
                    },
                    "stay_infos": [
                        {
                            "property_id": uid,
                            "date_from": arrival.isoformat(),
                            "date_to": (arrival + timedelta(nights - 1)).isoformat(),
                            "channel_price": "180.00",
                            "room_quantity": rooms,
                            "guest_number": 2,
                        }
                    ],
                }
            ]
        }
    }


def distinct(prefix: str, count: int) -> Iterable[str]:
    """Remote ids that no other case uses."""
    start = next(_numbers)
    return [f"{prefix}-{start}-{number}" for number in range(count)]
