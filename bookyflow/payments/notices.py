"""Notices of a provider: verified first, then each taken once, whatever their order."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from enum import StrEnum

from django.db import transaction

from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.payments.arriving import money_arrived
from bookyflow.payments.models import PaymentAttempt, ProviderNotice
from bookyflow.payments.providers import CheckoutState, Notice, Report
from bookyflow.payments.refunding import refund_failed
from bookyflow.payments.selectors import provider_of
from bookyflow.payments.states import UNDER_WAY, ProviderName
from bookyflow.payments.steps import attempt_fail
from bookyflow.properties.locking import property_lock

logger = logging.getLogger(__name__)


class Outcome(StrEnum):
    """What a notice came to. `known` is what was known already, `unknown` of nothing of ours."""

    TAKEN = "taken"
    KNOWN = "known"
    UNKNOWN = "unknown"
    IGNORED = "ignored"


def payment_notice(
    *, property_id: int, provider: ProviderName, body: bytes, headers: Mapping[str, str]
) -> Outcome:
    """Take what a provider tells of a payment, once by the provider's id of the notice.

    Raises DomainError `notice_invalid` unless the property's own provider has signed exactly this;
    also where there is no such property.
    """
    try:
        sender = provider_of(property_id=property_id, name=provider, also_off=True)
    except DomainError:
        raise DomainError("notice_invalid") from None
    notice = sender.verified(body, headers)
    if notice.report is None or notice.report.state == CheckoutState.OPEN:
        return Outcome.IGNORED
    return _taken(property_id, provider, notice, notice.report)


@transaction.atomic
def _taken(property_id: int, provider: ProviderName, notice: Notice, report: Report) -> Outcome:
    property_lock(property_id)  # one notice of a property after the other
    kept = ProviderNotice(
        property_id=property_id,
        provider=provider,
        event_id=notice.event_id[:255],
        kind=notice.kind[:100],
    )
    others = ProviderNotice.objects.filter(
        property=property_id, provider=provider, event_id=kept.event_id
    )
    if others.exists():
        return Outcome.KNOWN
    kept.attempt = _attempt_of(property_id, provider, report)
    if kept.attempt is None and not report.uid:
        return Outcome.IGNORED  # of something else that the property sells
    outcome = _outcome(kept.attempt, report)
    kept.outcome = outcome
    kept.save()
    if outcome == Outcome.UNKNOWN and report.state == CheckoutState.PAID:
        logger.warning("%s tells of a payment that nobody knows: %s", provider, notice.event_id)
        record(
            EventKind.PAYMENT_UNKNOWN,
            by=SYSTEM,
            property_id=property_id,
            subject=("property", property_id),
            provider=provider,
            came=str(report.amount),
            came_in=report.currency[:3],
        )
    return outcome


def _attempt_of(property_id: int, provider: ProviderName, report: Report) -> PaymentAttempt | None:
    """The attempt that a report is about, locked: by our name of it, and by the provider's."""
    attempts = PaymentAttempt.objects.select_for_update(of=("self",)).select_related(
        "property__settings"
    )
    found = attempts.filter(property=property_id, provider=provider, uid=report.uid).first()
    if found is None or not report.provider_id:
        return found
    return found if found.provider_id in {"", report.provider_id} else None


def _outcome(attempt: PaymentAttempt | None, report: Report) -> Outcome:
    if attempt is None:
        return Outcome.UNKNOWN
    if report.state == CheckoutState.PAID:
        return Outcome.TAKEN if money_arrived(attempt, report) else Outcome.KNOWN
    if report.state == CheckoutState.REFUND_FAILED:
        return Outcome.TAKEN if refund_failed(attempt) else Outcome.KNOWN
    if attempt.state not in UNDER_WAY:
        return Outcome.KNOWN
    attempt_fail(attempt, "expired", close=False)
    return Outcome.TAKEN
