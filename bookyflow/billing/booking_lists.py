"""Lists of a property's bookings, each with the id of its invoice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from bookyflow.billing import sql
from bookyflow.billing.models import InvoiceStatus
from bookyflow.billing.selectors import newest_invoice
from bookyflow.core.dates import today_in
from bookyflow.core.fields import SealedText, opened
from bookyflow.core.listing import Listing, ListSQL
from bookyflow.core.periods import period_check
from bookyflow.core.prepared import Row
from bookyflow.reservations.models import (
    ENDED,
    Booking,
    BookingReading,
    BookingState,
    lead_guest,
)
from bookyflow.reservations.progress import Progress, progress_of

NO_INVOICE = 0
NOT_TO_COME = (*ENDED, BookingState.ENQUIRY)
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


class _Columns(NamedTuple):
    """What is read of a booking; `today` is the property's own date.

    `personal` has what `Booking.personal` has, opened. `created` and `changed` are moments in whole
    seconds, ISO 8601 in UTC.
    """

    personal: dict[str, Any]
    id: int
    property_id: int
    number: str
    kind: str
    state: str
    arrival: date
    departs_on: date
    currency: str
    total: Decimal
    deposit_required: Decimal
    paid: Decimal
    created: str
    changed: str
    version: int
    invoice_uid: int
    today: date


class ListedBooking(_Columns, BookingReading):
    """A booking as lists show it, with the id of its newest invoice or NO_INVOICE.

    Making whole bookings of the rows would take more time than reading them.
    """

    remarks = SealedText()

    def told(self) -> dict[str, str]:
        """What was told of the person whom it is for, by field; what is empty is missing."""
        return lead_guest(self.personal)

    def progress(self) -> Progress:
        """How far it is today."""
        return progress_of(self, self.today)


def bookings_by_arrival(*, property_id: int) -> Listing[ListedBooking]:
    """Every booking of a property, latest arrival first; blocks are none (reference R-BB-5)."""
    return _listed(sql.BOOKINGS, {"property_id": property_id})


def bookings_between(*, property_id: int, start: date, end: date) -> Listing[ListedBooking]:
    """The bookings that arrive, stay or depart from `start` to `end`, both included, by arrival.

    Raises DomainError `validation_failed` for a reversed period.
    """
    period_check(start, end)
    return _listed(sql.BOOKINGS_BETWEEN, {"property_id": property_id, "first": start, "last": end})


def _listed(statement: ListSQL, parameters: dict[str, Any]) -> Listing[ListedBooking]:
    parameters |= {"cancelled": InvoiceStatus.CANCELLED.value, "none": NO_INVOICE}
    return Listing(Booking, ("arrival", "pk"), statement, _bookings, parameters)


def _bookings(rows: Sequence[Row]) -> list[ListedBooking]:
    if not rows:
        return []
    today = today_in(rows[0][-1])
    personal = opened([row[0] for row in rows])
    return [
        ListedBooking._make((one, *row[1:-1], today))
        for one, row in zip(personal, rows, strict=True)
    ]


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
