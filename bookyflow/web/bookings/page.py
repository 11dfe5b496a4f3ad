"""The page of one booking: everything about it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.billing.desk import desk_booking
from bookyflow.billing.models import Invoice, InvoiceKind, InvoiceStatus
from bookyflow.core.errors import DomainError
from bookyflow.messaging.selectors import conversation_about_booking
from bookyflow.pricing.lines import LineKind
from bookyflow.properties.models import Property
from bookyflow.reservations.amendments.preview import CHANGEABLE
from bookyflow.reservations.early_departure import leaves_on
from bookyflow.reservations.forms import form_work
from bookyflow.reservations.history import booking_history
from bookyflow.reservations.mail_log import booking_mails
from bookyflow.reservations.models import (
    ENDED,
    Booking,
    BookingLine,
    BookingState,
    SecurityDeposit,
)
from bookyflow.web.bookings.forms import (
    ChargeForm,
    MessageForm,
    NoteForm,
    PaymentForm,
    SecurityForm,
)
from bookyflow.web.bookings.new_forms import LONGEST_ONCE
from bookyflow.web.forms import PageForm
from bookyflow.web.pages import guest_data_read, property_page, reach_of, user_of

SENT_BEFORE = _(
    "This form had been sent before, so that nothing was done again. Look below whether all is"
    " there; what is still missing can be entered now."
)
BEFORE_ARRIVAL = (BookingState.PROVISIONAL, BookingState.CONFIRMED)


@dataclass(frozen=True)
class Step:
    """A button: what it does, where it leads, and whether it only opens a page that asks."""

    label: str | Promise
    name: str
    is_first: bool = False
    asks: bool = False
    is_danger: bool = False


@property_page()
@require_safe
def booking(request: HttpRequest, prop: Property, booking_id: int) -> HttpResponse:
    """One booking."""
    return booking_render(request, prop, booking_id)


def booking_render(
    request: HttpRequest, prop: Property, booking_id: int, **sent: PageForm
) -> HttpResponse:
    """The page of a booking; forms that were sent and refused are shown with their faults."""
    shown = booking_shown(request, prop, booking_id)
    forms = _forms(shown["booking"]) | sent
    status = max([200, *(form.http_status for form in sent.values())])
    # New with each page: what is entered from it counts once, however often it is sent.
    shown |= {"forms": forms, "once": get_random_string(32)}
    return render(request, "web/bookings/booking.html", shown, status=status)


def booking_shown(request: HttpRequest, prop: Property, booking_id: int) -> dict[str, Any]:
    """All that the page shows of a booking: here the guest's data are read.

    Raises Http404 for a booking that the property does not have.
    """
    found = booking_read(request, prop, booking_id)
    lines = list(found.lines.all())
    live = live_lines(found)
    invoices = list(found.invoices.all())
    return {
        "prop": prop,
        "booking": found,
        "guest": found.booked_for(),
        "rooms": found.rooms_held,  # type: ignore[attr-defined]  # annotated
        "lines": live,
        "taken_back": [line for line in lines if line not in live],
        "unbilled": sum((line.gross for line in lines if not line.billed), Decimal(0)),
        "has_unbilled": any(not line.billed for line in live),
        "balance": found.amount_due(),
        "payments": _by_names(list(found.payments.all())),
        "invoices": [(one, _may_be_cancelled(one)) for one in invoices],
        "security": _security(found),
        "notes": _by_names(list(found.notes.all())),
        "history": list(booking_history(property_id=prop.pk, booking_id=booking_id)),
        "mails": booking_mails(booking_id=booking_id),
        "conversation": conversation_about_booking(booking=found, reach=reach_of(request, prop)),
        "steps": _steps(prop, found),
        "is_open": found.state not in ENDED,
        "is_changeable": found.state in CHANGEABLE,
        "may_invoice": user_of(request).access_level >= AccessLevel.MANAGER
        and found.state not in {BookingState.ENQUIRY, BookingState.REJECTED},
        "services": {line.pk for line in live if line.kind == LineKind.SERVICE},
    }


def live_lines(found: Booking) -> list[BookingLine]:
    """The lines that count: neither taken back nor what takes others back."""
    lines = list(found.lines.all())
    taken_back = {line.reverses_id for line in lines}
    return [line for line in lines if not line.reverses_id and line.pk not in taken_back]


def booking_read(request: HttpRequest, prop: Property, booking_id: int) -> Booking:
    """As `booking_or_404`, for a page that shows who the guest is, which is noted."""
    found = booking_or_404(prop, booking_id)
    guest_data_read(request, prop, [found.guest_id])
    return found


def booking_or_404(prop: Property, booking_id: int) -> Booking:
    """A booking of a property with all that belongs to it, as every page about one begins.

    Raises Http404.
    """
    try:
        found = desk_booking(property_id=prop.pk, booking_id=booking_id)
    except DomainError:
        raise Http404 from None
    found.property = prop
    return found


def act(
    request: HttpRequest,
    prop: Property,
    booking_id: int,
    *,
    sent: dict[str, PageForm],
    work: Callable[[], object],
    told: str,
) -> HttpResponse:
    """Do what a form of the page asks for; back to the page, with the faults where there are any.

    A form that was sent twice does it once, and the page says so.
    Raises Http404 for a booking that the property does not have.
    """
    booking_or_404(prop, booking_id)
    ((name, form),) = sent.items()
    once = request.POST.get("once", "")[:LONGEST_ONCE]
    if form.is_valid():
        try:
            is_new = form_work(
                property_id=prop.pk,
                booking_id=booking_id,
                once=f"{name} {once}" if once else "",
                user_id=user_of(request).pk,
                work=work,
            )
        except DomainError as error:
            form.refuse(error)
        else:
            if is_new:
                messages.success(request, told)
            else:
                messages.warning(request, SENT_BEFORE)
            return redirect("web:booking", prop.pk, booking_id)
    return booking_render(request, prop, booking_id, **sent)


def _forms(found: Booking) -> dict[str, PageForm]:
    """The small forms, empty; what is owed is proposed as the amount of a payment."""
    due = found.amount_due()
    return {
        "note": NoteForm(auto_id="note_%s"),
        "charge": ChargeForm(auto_id="charge_%s"),
        "payment": PaymentForm(
            auto_id="payment_%s", initial={"amount": plain(due)} if due > 0 else {}
        ),
        "refund": PaymentForm(
            auto_id="refund_%s", initial={"amount": plain(-due)} if due < 0 else {}
        ),
        "security": SecurityForm(auto_id="security_%s"),
        "message": MessageForm(auto_id="message_%s"),
    }


def plain(amount: Decimal) -> str:
    """An amount as a field of a form has it: 110, 99.5."""
    return f"{amount.normalize():f}"


def _by_names(entries: list[Any]) -> list[tuple[Any, str]]:
    """Entries, each with the login name of who made it; "" where nobody is known."""
    ids = {one.user_id for one in entries if one.user_id}
    names = dict(User.objects.filter(pk__in=ids).values_list("pk", "username")) if ids else {}
    return [(one, names.get(one.user_id, "")) for one in entries]


def _may_be_cancelled(invoice: Invoice) -> bool:
    return invoice.kind == InvoiceKind.INVOICE and invoice.status != InvoiceStatus.CANCELLED


def _security(found: Booking) -> SecurityDeposit | None:
    return getattr(found, "security_deposit", None)


def _steps(prop: Property, found: Booking) -> list[Step]:
    """The steps that the booking can take now, the usual one first."""
    has_begun = prop.settings.today() >= found.arrival
    if found.state == BookingState.ENQUIRY:
        return [
            Step(_("Accept"), "approve", is_first=True),
            Step(_("Refuse…"), "booking_reject", asks=True, is_danger=True),
        ]
    if found.state == BookingState.CHECKED_OUT:
        return [Step(_("Undo the check-out"), "undo_check_out")]
    if found.state == BookingState.CHECKED_IN:
        early = leaves_on(prop, found) is not None
        return [
            Step(_("Check out"), "check_out", is_first=not early),
            *([Step(_("Leave early…"), "booking_early", asks=True)] if early else []),
            Step(_("Undo the check-in"), "undo_check_in"),
        ]
    if found.state in BEFORE_ARRIVAL:
        return [
            Step(_("Check in"), "check_in", is_first=has_begun),
            *(
                [Step(_("Keep without a deposit"), "keep")]
                if found.is_owed() and not found.is_kept
                else []
            ),
            *(
                [Step(_("No-show…"), "booking_no_show", asks=True, is_danger=True)]
                if has_begun
                else []
            ),
            Step(_("Cancel…"), "booking_cancel", asks=True, is_danger=True),
        ]
    return []
