"""Lists of a property's bookings, each with the id of its invoice."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from bookyflow.billing.selectors import newest_invoice
from bookyflow.core.periods import period_check
from bookyflow.reservations.models import (
    ENDED,
    Booking,
    BookingKind,
    BookingState,
)

NO_INVOICE = 0
NOT_TO_COME = (*ENDED, BookingState.ENQUIRY)
# What the lists show, of the many columns that there are.
SHOWN_OF_ALL = (
    "number",
    "kind",
    "state",
    "personal",
    "arrival",
    "departs_on",
    "deposit_required",
    "paid",
    "property",
    "currency",
    "total",
    "created_at",
    "changed_at",
    "version",
)
SHOWN_OF_A_DAY = (
    "id",
    "number",
    "kind",
    "state",
    "personal",
    "arrival",
    "departs_on",
    "property_id",
    "invoice_uid",
    "deposit_paid",
)


def bookings_by_arrival(*, property_id: int) -> QuerySet[Booking]:
    """Every booking of a property, latest arrival first; blocks are none (reference R-BB-5).

    `invoice_uid` is the id of its newest invoice, as in all lists here, or NO_INVOICE.
    """
    found = _with_invoice(Q(property=property_id, kind=BookingKind.BOOKING))
    return found.only(*SHOWN_OF_ALL).order_by("-arrival", "-pk")


def bookings_between(*, property_id: int, start: date, end: date) -> QuerySet[Booking]:
    """The bookings that arrive, stay or depart from `start` to `end`, both included, by arrival.

    Raises DomainError `validation_failed` for a reversed period.
    """
    period_check(start, end)
    touching = Q(arrival__lte=end, departs_on__gte=start)
    found = _with_invoice(Q(property=property_id, kind=BookingKind.BOOKING) & touching)
    return found.only(*SHOWN_OF_ALL).order_by("arrival", "pk")


def arrivals(*, property_id: int, today: date) -> QuerySet[Booking, Any]:
    """What arrives on a property's `today`, arrived or not; blocks too, in order of their ids.

    Rows with the names of SHOWN_OF_A_DAY, as in all lists of a day: making whole bookings of them
    would take more time than reading them.
    """
    return _of_a_day(_expected(Q(property=property_id, arrival=today))).order_by("pk")


def departures(*, property_id: int, today: date) -> QuerySet[Booking, Any]:
    """What departs on a property's `today`, gone or not; blocks too, in order of their ids."""
    return _of_a_day(_expected(Q(property=property_id, departs_on=today))).order_by("pk")


def residents(*, property_id: int) -> QuerySet[Booking, Any]:
    """Whose guests are in the house, whatever their dates; latest arrival first."""
    found = _with_invoice(Q(property=property_id, state=BookingState.CHECKED_IN))
    return _of_a_day(found).order_by("-arrival", "-pk")


def _expected(wanted: Q) -> QuerySet[Booking]:
    return _with_invoice(wanted).exclude(state__in=NOT_TO_COME)


def _of_a_day(found: QuerySet[Booking]) -> QuerySet[Booking, Any]:
    paid = GreaterThanOrEqual(F("paid"), F("deposit_required"))
    return found.annotate(deposit_paid=paid).values_list(*SHOWN_OF_A_DAY, named=True)


def _with_invoice(wanted: Q) -> QuerySet[Booking]:
    return Booking.objects.filter(wanted).annotate(invoice_uid=_newest_invoice())


@cache
def _newest_invoice() -> Coalesce:
    """Made once: it takes as long as the rest of the statement."""
    newest = Subquery(newest_invoice(booking_id=OuterRef("pk")).values("pk"))
    return Coalesce(newest, Value(NO_INVOICE))
