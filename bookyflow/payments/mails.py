"""Mails about payments, to the guest and to the property.

A job knows the attempt and a template; what is personal is read when it writes. Test properties
write to nobody.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext
from procrastinate.types import JSONValue

from bookyflow.core import languages
from bookyflow.core.jobs import job_queue
from bookyflow.core.money import display
from bookyflow.guests.services import NOBODY, GuestDetails
from bookyflow.mailing.sending import mail_send
from bookyflow.mailing.words import name_shown
from bookyflow.payments.models import PaymentAttempt
from bookyflow.properties.contact import addresses_of_staff, contact_for_guests
from bookyflow.reservations.mails import Audience
from bookyflow.reservations.models import Booking, Hold

JOB = "bookyflow.payments.tasks.payment_mail"

# Who hears of what.
AUDIENCES = {
    "payment_received": (Audience.GUEST,),
    "payment_late": (Audience.GUEST, Audience.PROPERTY),
    "payment_unmatched": (Audience.PROPERTY,),
    "payment_refund_failed": (Audience.PROPERTY,),
}


def mails_queue(attempt: PaymentAttempt, template: str) -> None:
    """Queue the mails of what happened to the money, in the current transaction."""
    if attempt.property.is_test:
        return
    told: dict[str, JSONValue] = {"attempt_id": attempt.pk, "template": template}
    job_queue(JOB, *(told | {"audience": str(one)} for one in AUDIENCES[template]))


def payment_mail_send(*, attempt_id: int, template: str, audience: Audience) -> None:
    """Write and send a mail; nothing where there is no address any more."""
    found = PaymentAttempt.objects.select_related("property__settings")
    attempt = found.filter(pk=attempt_id).first()
    if attempt is None:
        return
    prop = attempt.property
    booked = Booking.objects.filter(pk=attempt.booking_id or attempt.serial).first()
    guest = booked.booked_for() if booked else GuestDetails(**{"surname": NOBODY, **attempt.guest})
    contact = contact_for_guests(prop)
    if audience == Audience.GUEST:
        to, reply_to = [guest.email] if guest.email else [], contact.email
        said = attempt.language or (booked.language if booked else "")
        language = languages.readable(said or prop.settings.language)
    else:
        to, reply_to, language = addresses_of_staff(prop), guest.email, languages.DEFAULT
    name = name_shown(f"{guest.first_name} {guest.surname}")
    with languages.texts_in(language):
        mail_send(
            f"{audience}/{template}",
            to=to,
            reply_to=reply_to,
            context={
                "number": booked.number if booked else attempt.number(),
                "house": prop.name,
                "property": prop,
                "stay": _stay(attempt, booked),
                "amount": display(attempt.amount, attempt.currency, language),
                "reference": attempt.provider_payment,
                "provider": attempt.provider,
                "contact": contact,
                "greeting": gettext("Dear %(name)s,") % {"name": name}
                if name
                else gettext("Dear guest,"),
                "name": name or "A guest",
            },
            by_stranger=audience == Audience.GUEST,
        )


def _stay(attempt: PaymentAttempt, booked: Booking | None) -> list[tuple[str, str]]:
    number = (gettext("Booking number"), booked.number if booked else attempt.number())
    kept: Any = booked or Hold.objects.filter(serial=attempt.serial).first()
    if kept is None:
        return [number]
    leaves = booked.departs_on if booked else kept.departure
    return [
        number,
        (gettext("Arrival"), _day(kept.arrival)),
        (gettext("Departure"), _day(leaves)),
    ]


def _day(day: date) -> str:
    return date_format(day, pgettext("date", "l, j F Y"))
