"""Values for examples that succeed: of a property that the reader works on, as it is now."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet

from bookyflow.accounts.models import User
from bookyflow.billing.models import Invoice
from bookyflow.channels.models import Channel, ChannelProperty
from bookyflow.core.errors import DomainError
from bookyflow.core.money import amount_text
from bookyflow.guests.models import Guest
from bookyflow.properties.access import properties_of
from bookyflow.properties.models import Property
from bookyflow.reservations.models import Booking, BookingKind
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.stay_request import VISITOR, RoomRequest, StayRequest
from bookyflow.rooms.models import Room
from bookyflow.tariffs.models import Extra

AHEAD = (60, 61, 75, 90, 120, 200, 30, 14, 7, 2)  # days, until a stay of NIGHTS can be had
NIGHTS = 2
GUESTS = 2

Values = dict[str, Any]


def values_for(user: User | None) -> Values:
    """What an example says by the name of its parameter or field; {} where there is no property.

    A visitor of a site that is no production site gets those of the demonstration's manager.
    """
    if user is None and not settings.PRODUCTION:
        user = User.objects.filter(username="manager").first()
    if user is None:
        return {}
    channel = Channel.objects.filter(user=user).order_by("pk").first()
    prop = _property_of(user, channel)
    found: Values = {"manager_id": user.pk, "user_id": user.pk}
    if channel:
        found |= {"X-BOOKYFLOW-channel-name": channel.name}
    return found | _of_property(prop) if prop else found


def _property_of(user: User, channel: Channel | None) -> Property | None:
    """The first published property that the account's channel is linked to, else any of its own."""
    mine = properties_of(user).select_related("settings", "property_type")
    linked = ChannelProperty.objects.filter(channel=channel).values("property")
    wanted = mine.filter(is_test=False).order_by("-is_published", "pk")
    return wanted.filter(pk__in=linked).first() or wanted.first()


def _of_property(prop: Property) -> Values:
    return (
        {"property_uid": prop.pk, "property_id": prop.pk, "language": prop.settings.language}
        | _ids(prop)
        | _stay(prop)
    )


def _ids(prop: Property) -> Values:
    of = {"property": prop}
    bookings = Booking.objects.filter(**of, kind=BookingKind.BOOKING)
    found = {
        "contract_uid": _latest(bookings),
        "reference": bookings.order_by("-pk").values_list("number", flat=True).first(),
        "guest_uid": _latest(Guest.objects.filter(**of)),
        "invoice_uid": _latest(Invoice.objects.filter(**of)),
        "extra_uid": _latest(Extra.objects.filter(**of)),
        "room_uid": _latest(Room.objects.filter(**of)),
    }
    found["guests_uid"], found["extra_id"] = found["guest_uid"], found["extra_uid"]
    return {name: value for name, value in found.items() if value is not None}


def _latest(rows: QuerySet[Any]) -> int | None:
    row: Model | None = rows.order_by("-pk").first()
    return row.pk if row else None


def _stay(prop: Property) -> Values:
    """Two nights for two that can be booked, with their price; {} where none are on those days."""
    room_types = Room.objects.filter(property=prop, max_occupancy__gte=GUESTS)
    room_type = room_types.order_by("pk").values_list("room_type", flat=True).first()
    if room_type is None:
        return {}
    for days in AHEAD:
        arrival = prop.settings.today() + timedelta(days=days)
        stay = StayRequest(
            arrival,
            arrival + timedelta(days=NIGHTS),
            rooms=(RoomRequest(room_type_id=room_type, adults=GUESTS),),
        )
        try:
            quote = quote_make(prop=prop, stay_request=stay, booker=VISITOR)
        except DomainError:
            continue
        price = amount_text(quote.breakdown.total, prop.settings.currency)
        first, last = arrival.isoformat(), (arrival + timedelta(days=NIGHTS - 1)).isoformat()
        departure = (arrival + timedelta(days=NIGHTS)).isoformat()
        return {
            "room_type_uid": room_type,
            "room_type_id": room_type,
            "number_of_people": GUESTS,
            "remote_reservation_id": f"TRY-{secrets.token_hex(4).upper()}",
            **dict.fromkeys(("client_price", "channel_price"), price),
            **dict.fromkeys(("arrival", "arrival_date", "date1", "date"), first),
            **dict.fromkeys(("start", "start_date", "date_from"), first),
            **dict.fromkeys(("departure", "departure_date", "date2"), departure),
            **dict.fromkeys(("end", "end_date", "date_to"), last),
        }
    return {}
