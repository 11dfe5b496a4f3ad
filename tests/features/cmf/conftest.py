from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bookyflow.channels.models import ChannelProperty
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import today_in
from bookyflow.pictures.images import urls_of
from bookyflow.rooms.models import RoomType
from bookyflow.tariffs.services import base_price_set
from tests.domain.reservations.conftest import price
from tests.examples import example

BASE = "/bookyflow/api/cmf/"
FORM = "application/x-www-form-urlencoded"
SITE = "http://testserver"


@pytest.fixture
def linked(channel, hotel):
    """The channel, which works with the hotel under its own id 26."""
    ChannelProperty.objects.create(channel=channel, property=hotel, remote_id="26")
    return channel


@pytest.fixture
def ota(client_for, linked):
    """A client that works as the channel."""
    return client_for("channel_management", channel="ota")


@pytest.fixture
def priced(hotel):
    """The hotel, with every night of two years at 100 for up to four people."""
    base_price_set(property_id=hotel.pk, price=Decimal(100), max_people=4, by=SYSTEM)
    return hotel


@pytest.fixture
def double(hotel):
    """The room type of the hotel's three rooms."""
    return RoomType.objects.get(name="Double")


@pytest.fixture
def hold(anonymous, hotel, double):
    """Ask for a hold at the hotel, far away from all reservations; the status of the answer."""
    price(hotel, double, 120)
    first = hotel.settings.today() + timedelta(days=200)
    stay_request = {
        "property_uid": hotel.pk,
        "arrival": first.isoformat(),
        "departure": (first + timedelta(days=2)).isoformat(),
        "rooms": [{"room_type_uid": double.pk}],
        "adults": 2,
    }
    answer = anonymous.post("/bookyflow/api/booking/quote", stay_request)
    quote = answer.json()["data"]["quote"]["quote"]
    return lambda: anonymous.post("/bookyflow/api/booking/hold", {"quote": quote}).status_code


def day(ahead: int) -> str:
    """The date so many days from today."""
    return (today_in("UTC") + timedelta(days=ahead)).isoformat()


def stay_info(prop: Any, first: int = 3, last: int = 4, **changes: Any) -> dict[str, Any]:
    """A stay from the night `first` days ahead to the night `last` days ahead."""
    return {
        "property_id": prop.pk,
        "date_from": day(first),
        "date_to": day(last),
        "channel_price": "240.00",
    } | changes


def reservation(remote_id: str, *stays: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The reservation of the example, under another id and with other stays."""
    body = deepcopy(example("cmf.put_reservations_add").request)
    (one,) = body["reservations"]["reservations"]
    return one | {"remote_reservation_id": remote_id, "stay_infos": list(stays)} | changes


def sent(*reservations: dict[str, Any]) -> dict[str, Any]:
    """The body of PUT reservations/add."""
    return {"reservations": {"reservations": list(reservations)}}


def picture_shown(image: Any) -> dict[str, str]:
    """A picture as channels see it."""
    addresses = {size: SITE + url for size, url in urls_of(image).items()}
    return {**addresses, "file_name": image.file_name()}


def shown(action: str, **known: Any) -> Any:
    """What the example of an action answers, with what is `known` here under these names.

    A name is that of a field, wherever it is, or "by_<name>" for a map of that name whose one
    key, such as an id, is another.
    """
    return _with(example(f"cmf.{action}").answer, known)


def _with(part: Any, known: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_with(one, known) for one in part]
    if not isinstance(part, dict):
        return part
    found = {name: known[name] if name in known else _with(part[name], known) for name in part}
    for name in part:
        if f"by_{name}" in known:
            (only,) = found[name].values()
            found[name] = {str(known[f"by_{name}"]): only}
    return found


def value(response: Any) -> Any:
    """What a success answers."""
    assert response.status_code == 200, response.content
    body = response.json()
    assert set(body) == {"data", "meta"}
    assert body["meta"] == {"code": 200}
    assert set(body["data"]) == {"response"}
    return body["data"]["response"]


def refusal(response: Any) -> tuple[int, str, list[str]]:
    """Status, key and the fields at fault."""
    body = response.json()
    return response.status_code, body["key"], sorted(body["fields"])
