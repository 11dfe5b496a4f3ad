from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookyflow.billing.models import Invoice, Payment
from bookyflow.core.languages import DEFAULT
from bookyflow.core.places import country_name
from bookyflow.guests.services import GuestDetails
from bookyflow.reservations.mail_log import BookingMail
from bookyflow.reservations.models import Booking, BookingHistory
from bookyflow.web.bookings import words

register = template.Library()


@register.inclusion_tag("web/bookings/_state.html")
def state_tag(state: str) -> dict[str, Any]:
    """The state of a booking, marked by its colour."""
    return {"label": words.STATES.get(state, state), "mark": words.MARKS.get(state, "")}


@register.inclusion_tag("web/bookings/_state.html")
def invoice_tag(invoice: Invoice) -> dict[str, Any]:
    """What has come in for an invoice; nothing of a credit note, which nobody pays."""
    if invoice.kind != "invoice":
        return {"label": "", "mark": ""}
    status = invoice.status
    return {"label": words.INVOICE_STATES[status], "mark": words.INVOICE_MARKS[status]}


@register.filter
def state_name(state: str) -> str:
    """What the state of a booking is called."""
    return str(words.STATES.get(state, state))


@register.filter
def full_name(who: GuestDetails | None) -> str:
    """First name and surname; "" of nobody."""
    return f"{who.first_name} {who.surname}".strip() if who else ""


@register.filter
def country(code: str) -> str:
    """The name of a country, by its two letters."""
    return country_name(code, get_language() or DEFAULT) or code


@register.filter
def payment_name(entry: Payment) -> str:
    """What an entry is, and how the money changed hands."""
    kind, method = words.PAYMENTS[entry.kind], words.METHODS[entry.method]
    return f"{kind}, {method}"


@register.filter
def mail_name(mail: BookingMail) -> str:
    """What a mail tells."""
    return str(words.MAILS.get(mail.template, mail.template))


@register.filter
def mail_state(mail: BookingMail) -> str:
    """What became of a mail."""
    return str(words.MAIL_STATES[mail.state])


@register.filter
def invoice_name(invoice: Invoice) -> str:
    """Invoice or credit note."""
    return str(words.INVOICES[invoice.kind])


@register.filter
def security_name(state: str) -> str:
    """Where a security deposit is."""
    return str(words.SECURITY[state])


@register.filter
def actor_name(step: BookingHistory) -> str:
    """Who took a step of a booking's life."""
    if step.actor_kind == "visitor":
        return _("The guest")
    if step.actor_kind == "system":
        return _("The site itself")
    who = getattr(step, "who", None) or _("An account that is no more")
    key = getattr(step, "key_name", None)
    return _("%(who)s, by the key pair “%(key)s”") % {"who": who, "key": key} if key else who


@register.filter
def guest_counts(booking: Booking) -> str:
    """How many people come."""
    adults = _("%(count)s adults") if booking.adults != 1 else _("%(count)s adult")
    told = [adults % {"count": booking.adults}]
    if booking.children:
        children = _("%(count)s children") if booking.children != 1 else _("%(count)s child")
        told.append(children % {"count": booking.children})
    return ", ".join(told)
