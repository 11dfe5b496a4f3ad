"""What pages call the states, lines and payments of bookings, and how they mark them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from bookyflow.billing.models import InvoiceKind, InvoiceStatus, PaymentKind, PaymentMethod
from bookyflow.reservations.amendments.changes import PriceMode
from bookyflow.reservations.mail_log import MailState
from bookyflow.reservations.models import BookingState, SecurityState
from bookyflow.tariffs.overrides import Overridable

STATES: Mapping[str, Any] = {
    BookingState.ENQUIRY: _("Enquiry"),
    BookingState.PROVISIONAL: _("Provisional"),
    BookingState.CONFIRMED: _("Confirmed"),
    BookingState.CHECKED_IN: _("In house"),
    BookingState.CHECKED_OUT: _("Departed"),
    BookingState.CANCELLED: _("Cancelled"),
    BookingState.NO_SHOW: _("No-show"),
    BookingState.REJECTED: _("Rejected"),
}
MARKS: Mapping[str, Any] = {
    BookingState.ENQUIRY: "tag-note",
    BookingState.PROVISIONAL: "tag-note",
    BookingState.CONFIRMED: "tag-on",
    BookingState.CHECKED_IN: "tag-on",
    BookingState.CHECKED_OUT: "",
    BookingState.CANCELLED: "tag-off",
    BookingState.NO_SHOW: "tag-off",
    BookingState.REJECTED: "tag-off",
}
METHODS: Mapping[str, Any] = {
    PaymentMethod.CASH: _("Cash"),
    PaymentMethod.CARD: _("Card"),
    PaymentMethod.BANK_TRANSFER: _("Bank transfer"),
    PaymentMethod.CHANNEL: _("Paid to the channel"),
    PaymentMethod.OTHER: _("Other"),
}
PAYMENTS: Mapping[str, Any] = {
    PaymentKind.PAYMENT: _("Payment"),
    PaymentKind.REFUND: _("Refund"),
    PaymentKind.REVERSAL: _("Taken back"),
}
INVOICES: Mapping[str, Any] = {
    InvoiceKind.INVOICE: _("Invoice"),
    InvoiceKind.CREDIT_NOTE: _("Credit note"),
}
INVOICE_STATES: Mapping[int, Any] = {
    InvoiceStatus.UNPAID: _("Unpaid"),
    InvoiceStatus.PENDING: _("Paid in part"),
    InvoiceStatus.PAID: _("Paid"),
    InvoiceStatus.CANCELLED: _("Cancelled"),
}
INVOICE_MARKS: Mapping[int, Any] = {
    InvoiceStatus.UNPAID: "tag-note",
    InvoiceStatus.PENDING: "tag-note",
    InvoiceStatus.PAID: "tag-on",
    InvoiceStatus.CANCELLED: "tag-off",
}
SECURITY: Mapping[str, Any] = {
    SecurityState.DUE: _("To be left by the guest"),
    SecurityState.HELD: _("Held"),
    SecurityState.RETURNED: _("Given back"),
    SecurityState.WITHHELD: _("Given back but for a part"),
}
MAILS: Mapping[str, Any] = {
    "booking_enquired": _("Enquiry received"),
    "booking_added": _("Booking made"),
    "booking_cancelled": _("Booking cancelled"),
    "payment_reminder": _("Reminder of a payment"),
    "review_reminder": _("Asked for a review"),
}
MAIL_STATES: Mapping[str, Any] = {
    MailState.WAITING: _("To be sent"),
    MailState.DONE: _("Sent"),
    MailState.FAILED: _("Could not be sent"),
}
PRICE_MODES = (
    (PriceMode.GRANTED.value, _("Price only what is new")),
    (PriceMode.KEPT.value, _("Keep the price")),
    (PriceMode.REPRICED.value, _("Price it anew as of today")),
)
RULES = (
    (Overridable.LENGTH_OF_STAY.value, _("The shortest and longest stay")),
    (Overridable.CHANGEOVER.value, _("The days of arrival and departure")),
    (Overridable.ADVANCE_LIMIT.value, _("How far ahead may be booked")),
    (Overridable.STOP_SELL.value, _("Closed nights and limits on selling")),
)
