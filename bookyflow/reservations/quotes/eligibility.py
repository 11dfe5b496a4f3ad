"""Who may book here, and whether what is wished for holds together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext

from bookyflow.core.errors import DomainError
from bookyflow.core.money import too_fine
from bookyflow.pricing.allocation import allocate
from bookyflow.properties.models import BookingModel, Property
from bookyflow.reservations.folio import TOO_LARGE
from bookyflow.reservations.price_inputs import children_check
from bookyflow.reservations.stay_request import Booker, RoomRequest, StayRequest
from bookyflow.rooms.capacity import Places, capacity_refusals


def may_book(prop: Property, booker: Booker) -> None:
    """Refuse who must not book here (reference R-WH-1, 2, 4); staff may."""
    if booker.is_staff:
        return
    if not prop.is_published:
        raise DomainError("not_bookable_online", gettext("The property is not published."))
    if prop.property_type.flag == BookingModel.REAL_ESTATE:
        raise DomainError("not_bookable_online", gettext("The property is for sale, not to let."))
    if not prop.settings.visitors_can_book:
        told = gettext("The property does not let guests book online.")
        raise DomainError("not_bookable_online", told)
    if prop.settings.only_registered_can_book and not booker.is_registered:
        raise DomainError("registration_needed")


def agreed_check(stay_request: StayRequest, booker: Booker, currency: str) -> None:
    """Refuse an agreed price that is none, or that staff did not set.

    Raises DomainError `validation_failed`.
    """
    if stay_request.agreed is None:
        return
    if not booker.is_staff:
        problem = "Only staff can set a manual rate."
    elif not stay_request.agreed.is_finite() or not 0 <= stay_request.agreed < TOO_LARGE:
        problem = "The amount must not be negative."
    else:
        problem = too_fine(stay_request.agreed, currency)
    if problem:
        raise DomainError("validation_failed", problem, fields={"agreed": [problem]})


def wish_complete(prop: Property, stay_request: StayRequest) -> StayRequest:
    """The request with its number of adults, and the one room of a property let as a whole.

    Raises DomainError `validation_failed` for rooms and people that do not fit together.
    """
    rooms = stay_request.rooms
    if prop.property_type.is_single_unit and not rooms:
        rooms = (RoomRequest(),)
    if not rooms:
        raise DomainError(
            "validation_failed", fields={"rooms": [gettext("At least one room is required.")]}
        )
    split = [room.adults for room in rooms if room.adults is not None]
    if split and len(split) < len(rooms):
        problem = gettext("Give the number of adults for every room, or for none.")
        raise DomainError("validation_failed", problem, fields={"rooms": [problem]})
    if split and min(split) < 1:
        problem = gettext("Each room needs at least one adult.")
        raise DomainError("validation_failed", problem, fields={"rooms": [problem]})
    adults = stay_request.adults or sum(split)
    is_hire = prop.property_type.flag == BookingModel.ITEM_HIRE
    if split and sum(split) != adults and not is_hire:  # nobody counts who uses which item
        problem = gettext("The rooms add up to %(sum)s adults, not %(adults)s.") % {
            "sum": sum(split),
            "adults": adults,
        }
        raise DomainError("validation_failed", problem, fields={"rooms": [problem]})
    if adults < 1:
        raise DomainError(
            "validation_failed", fields={"adults": [gettext("One adult at least is required.")]}
        )
    return replace(stay_request, rooms=rooms, adults=adults)


def adults_spread(prop: Property, stay_request: StayRequest, rooms: Sequence[Places]) -> list[int]:
    """How many adults are in each room, once they fit (reference R-CA, R-PR-3).

    Raises DomainError: those of `capacity_refusals`, `too_many_adults`, and `children_not_allowed`
    where children who may not come do not fit either.
    """
    is_hire = prop.property_type.flag == BookingModel.ITEM_HIRE
    for refusal in capacity_refusals(
        rooms,
        adults=stay_request.adults,
        children=stay_request.children,
        children_count=prop.settings.children_count_for_capacity,
        item_hire=is_hire,
    ):
        children_check(prop.settings, stay_request.child_ages)  # that comes before their number
        raise DomainError(refusal.key, refusal.sentence)
    if is_hire:
        return [1] * len(rooms)
    split = [room.adults for room in stay_request.rooms if room.adults is not None]
    places = adults_check(rooms, stay_request.adults, split)
    return split or allocate(stay_request.adults, places)


def adults_check(rooms: Sequence[Places], adults: int, split: Sequence[int] = ()) -> list[int]:
    """How many adults each room takes, once they fit; `split` says how many are in each.

    Raises DomainError `too_many_adults`.
    """
    places = [min(room.max_adults, room.max_occupancy) for room in rooms]
    if adults > sum(places) or any(one > most for one, most in zip(split, places, strict=False)):
        most = ", ".join(map(str, places))
        told = gettext("The rooms sleep at most %(count)s adults.")
        raise DomainError("too_many_adults", told % {"count": most})
    return places
