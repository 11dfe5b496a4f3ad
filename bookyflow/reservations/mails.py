"""Mails about a booking, to its guest and to the property (reference 5.2, 5.3, 5.7).

A job is queued in the transaction of what happened, and knows ids and the facts of the booking as
they were then: the mail is written when it is sent, when the booking may be another already. What
is personal is read at that time and is in no job. What channels book they tell their guests
themselves, and bookings of test properties go out to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, pgettext
from procrastinate.types import JSONValue

from bookyflow.accounts.selectors import administrator_addresses
from bookyflow.accounts.site import site_settings
from bookyflow.core import languages
from bookyflow.core.acting import Actor
from bookyflow.core.jobs import job_queue
from bookyflow.core.money import display
from bookyflow.events.models import EventKind
from bookyflow.mailing.sending import mail_send
from bookyflow.mailing.words import name_shown, quoted
from bookyflow.pricing.lines import LineKind
from bookyflow.pricing.wording import description
from bookyflow.properties.contact import addresses_of_staff, contact_for_guests
from bookyflow.reservations.facts import BookingFacts
from bookyflow.reservations.models import (
    Booking,
    BookingKind,
    BookingLine,
    BookingState,
)

JOB = "bookyflow.reservations.tasks.booking_mail"


class Audience(StrEnum):
    """Whom a mail is for: also the directory of its template."""

    GUEST = "guest"
    PROPERTY = "property"


TOLD = {
    EventKind.BOOKING_ENQUIRED: "booking_enquired",
    EventKind.BOOKING_ADDED: "booking_added",
    EventKind.BOOKING_CANCELLED: "booking_cancelled",
}

# In which state of the booking a reminder makes sense.
REMINDERS = {
    "payment_reminder": BookingState.PROVISIONAL,
    "review_reminder": BookingState.CHECKED_OUT,
}


def mails_queue(
    kind: EventKind, booking: Booking, *, by: Actor, lines: Iterable[BookingLine] | None = None
) -> None:
    """Queue the mails that an event of a booking asks for, in the current transaction.

    `lines` are all of the booking's, where the caller has them: saves a query.
    """
    if kind not in TOLD or by.channel_id is not None or booking.property.is_test:
        return
    told: dict[str, JSONValue] = {
        "booking_id": booking.pk,
        "template": TOLD[kind],
        "facts": BookingFacts.of(booking, lines=lines).to_json(),
    }
    job_queue(JOB, *(told | {"audience": str(one)} for one in Audience))


def mail_queue(booking: Booking, template: str) -> None:
    """Queue one mail to a booking's guest, in the current transaction; tests have none."""
    if not booking.property.is_test:
        job_queue(
            JOB,
            {"booking_id": booking.pk, "template": template, "audience": str(Audience.GUEST)},
        )


def booking_mail_send(
    *, booking_id: int, template: str, audience: Audience, facts: BookingFacts | None = None
) -> None:
    """Write and send a mail of `facts`, or of the booking as it is where there are none.

    Nothing is sent where there is no address, where a channel made the booking, or where a reminder
    has meanwhile become needless.
    """
    booking = (
        Booking.objects.select_related("property__settings")
        .filter(pk=booking_id, kind=BookingKind.BOOKING)
        .first()
    )
    if booking is None or booking.made_by_channel:
        return
    if template in REMINDERS and booking.state != REMINDERS[template]:
        return
    guest = booking.booked_for()
    contact = contact_for_guests(booking.property)
    if audience == Audience.GUEST:
        to, reply_to = [guest.email] if guest.email else [], contact.email
        language = languages.readable(booking.language or booking.property.settings.language)
    else:
        to, reply_to = addresses_of_staff(booking.property), guest.email
        language = languages.DEFAULT  # only what guests read is translated
    copies = administrator_addresses() if site_settings().copies_mail_to_administrators else []
    name = name_shown(f"{guest.first_name} {guest.surname}")
    with languages.texts_in(language):
        mail_send(
            f"{audience}/{template}",
            to=to,
            reply_to=reply_to,
            copies=copies,
            context=_context(booking, facts or BookingFacts.of(booking), language)
            | {"contact": contact, "greeting": _greeting(name), "name": name or "A guest"},
            by_stranger=audience == Audience.GUEST and not booking.made_by_staff,
        )


def _greeting(name: str) -> str:
    return gettext("Dear %(name)s,") % {"name": name} if name else gettext("Dear guest,")


def _day(day: date) -> str:
    # Translators: A date as in "Saturday, 1 June 2030", in the letters of Django's filter "date".
    return date_format(day, pgettext("date", "l, j F Y"))


def _local(moment: datetime, booking: Booking) -> str:
    """A moment as the clock at the property shows it."""
    zone = booking.property.settings.zone()
    there = moment.astimezone(zone)
    return f"{_day(there.date())}, {there:%H:%M} ({zone.key})"


def _guests(facts: BookingFacts) -> str:
    """How many guests: "2 adults, 1 child"."""
    adults = ngettext("%(count)s adult", "%(count)s adults", facts.adults)
    children = ngettext("%(count)s child", "%(count)s children", facts.children)
    counts = [adults % {"count": facts.adults}, children % {"count": facts.children}]
    return ", ".join(counts if facts.children else counts[:1])


def _stay(booking: Booking, facts: BookingFacts) -> list[tuple[str, str]]:
    # Translators: In a column beside what they name; at most 15 characters.
    return [
        (gettext("Booking number"), booking.number),
        (gettext("Arrival"), _day(facts.arrival)),
        (gettext("Departure"), _day(facts.departure)),
        (gettext("Guests"), _guests(facts)),
    ]


def _context(booking: Booking, facts: BookingFacts, language: str) -> dict[str, Any]:
    def shown(amount: Any) -> str:
        return display(amount, booking.currency, language)

    fees = {LineKind.CANCELLATION_FEE, LineKind.NO_SHOW_FEE}
    missing = facts.deposit_required - facts.paid
    return {
        "booking": booking,
        "property": booking.property,
        "number": booking.number,
        "house": booking.property.name,
        "stay": _stay(booking, facts),
        "wishes": quoted(booking.remarks),
        "was_rejected": facts.state == BookingState.REJECTED,
        "lines": [
            (description(rule, name, values), shown(gross))
            for kind, rule, name, values, gross in facts.lines
            if kind not in fees
        ],
        "total": shown(facts.total),
        "fee": shown(facts.total) if facts.total else "",
        "pay_by": _local(facts.pay_by, booking) if facts.pay_by else "",
        "deposit_due": shown(missing) if missing > 0 else "",
        "to_refund": shown(facts.paid - facts.total) if facts.paid > facts.total else "",
    }
