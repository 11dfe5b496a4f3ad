"""The stays that a channel's reservation has now, and had before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from types import MappingProxyType
from typing import Any

from django.db.models import Max

from bookyflow.channels.models import ChannelStay
from bookyflow.channels.remote import RemoteReservation, RemoteStay
from bookyflow.reservations.models import Booking

NOTHING: Mapping[int, str] = MappingProxyType({})
Alike = Callable[[ChannelStay, RemoteStay], bool]


def current_stays(reservation_id: int) -> list[ChannelStay]:
    """The stays of a reservation as it is now, with their bookings, by number; one query."""
    found = ChannelStay.objects.filter(reservation=reservation_id, number__lt=ChannelStay.FORMER)
    return list(found.select_related("booking__property"))


def stays_write(
    reservation_id: int,
    one: RemoteReservation,
    bookings: Sequence[Booking],
    *,
    before: Sequence[ChannelStay],
) -> None:
    """Note the bookings of a reservation as it is now, in the order of its stays.

    Of those that it had `before` the ones that go on keep their names, and the others become former
    ones. Without names of the channel's own new stays are numbered on.
    """
    going_on = {one.pk for one in bookings}
    names = {stay.booking_id: stay.name for stay in before if stay.booking_id in going_on}
    stays_end(reservation_id, [stay for stay in before if stay.booking_id not in going_on])
    kept = [stay.pk for stay in before if stay.booking_id in going_on]
    if kept:
        ChannelStay.objects.filter(pk__in=kept).delete()
    known = {place: names.get(booking.pk, "") for place, booking in enumerate(bookings)}
    ChannelStay.objects.bulk_create(
        ChannelStay(reservation_id=reservation_id, booking=booking, **noted)
        for noted, booking in zip(stays_noted(one, known), bookings, strict=True)
    )


def stays_noted(one: RemoteReservation, names: Mapping[int, str] = NOTHING) -> list[dict[str, Any]]:
    """What is kept of the stays of a reservation: number, `remote_id` and content, by place.

    Those that have none of the channel's own go on under `names`, by place, or are numbered.
    """
    taken = {*names.values()}
    free = (str(number) for number in count(1) if str(number) not in taken)
    numbers = {place: number for number, place in enumerate(one.order)}
    return [
        {
            "number": numbers[place],
            "remote_id": stay.stay_id or names.get(place) or next(free),
            "content": stay.content,
        }
        for place, stay in enumerate(one.stays)
    ]


def stays_end(reservation_id: int, stays: Sequence[ChannelStay]) -> None:
    """Have stays be former ones of a reservation; their names stay theirs until others have them.

    Nothing is done for none.
    """
    if not stays:
        return
    all_of_it = ChannelStay.objects.filter(reservation=reservation_id)
    last = all_of_it.aggregate(last=Max("number"))["last"]
    for number, stay in enumerate(stays, start=max(last + 1, ChannelStay.FORMER)):
        stay.remote_id, stay.number = stay.name, number
        stay.save(update_fields=["remote_id", "number"])


def stays_matched(known: Sequence[ChannelStay], one: RemoteReservation) -> dict[int, ChannelStay]:
    """Which stay that is known each stay of a changed reservation is, by place; none is new.

    A stay is known by its name, at the property where it is. Without names those are the same that
    say the same; then those on the same nights, then the next ones in the order of arrival.
    """
    if one.is_named:
        by_name = {stay.name: stay for stay in known}
        found = {place: by_name.get(stay.stay_id) for place, stay in enumerate(one.stays)}
        return {
            place: stay
            for place, stay in found.items()
            if stay and stay.booking.property_id == one.stays[place].property_id
        }
    left = list(known)
    matched: dict[int, ChannelStay] = {}
    for is_alike in (_says_the_same, _is_on_its_nights, _is_at_its_property):
        for place in one.order:
            fitting = (stay for stay in left if is_alike(stay, one.stays[place]))
            stay = None if place in matched else next(fitting, None)
            if stay is not None:
                left.remove(stay)
                matched[place] = stay
    return matched


def _says_the_same(known: ChannelStay, sent: RemoteStay) -> bool:
    return known.content == sent.content


def _is_at_its_property(known: ChannelStay, sent: RemoteStay) -> bool:
    return known.booking.property_id == sent.property_id


def _is_on_its_nights(known: ChannelStay, sent: RemoteStay) -> bool:
    return _is_at_its_property(known, sent) and known.booking.stay() == sent.stay
