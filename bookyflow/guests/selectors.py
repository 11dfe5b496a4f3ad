from __future__ import annotations

import logging
from collections.abc import Iterable

from django.db.models import Count, QuerySet

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.guests.email_lookup import identity_hash
from bookyflow.guests.models import Guest, GuestReview
from bookyflow.properties.selectors import Reach, reachable

logger = logging.getLogger(__name__)


def guest_list(*, property_id: int) -> QuerySet[Guest]:
    """The guests of a property by id, without those that were deleted or anonymised."""
    return Guest.objects.filter(property=property_id, anonymised_at=None).order_by("pk")


def guests_everywhere(*, reach: Reach, by: Actor) -> QuerySet[Guest]:
    """The guests of every reachable property by id, with these, without those who are gone.

    Who asks for them is written to the log of the process: they are personal data of the whole
    site.
    """
    logger.warning("guests of all properties are read by %s", by)
    found = Guest.objects.filter(property__in=reachable(reach).order_by(), anonymised_at=None)
    return found.select_related("property").order_by("pk")


def guest_one(*, guest_id: int, property_id: int) -> Guest:
    """One guest of a property. Raises DomainError `guest_not_found`."""
    guest = guest_list(property_id=property_id).filter(pk=guest_id).first()
    if guest is None:
        raise DomainError("guest_not_found")
    return guest


def guest_by_email(*, property_id: int, email: str) -> Guest | None:
    """The guest of a property with this e-mail address, in any spelling of guests.emails."""
    if (digest := identity_hash(email)) is None:
        return None
    return guest_list(property_id=property_id).filter(email_hash=digest).first()


def guests_by_id(*, property_ids: Iterable[int], guest_ids: Iterable[int]) -> QuerySet[Guest]:
    """Those guests of the ids that belong to one of the properties, by id; anonymised ones too,
    since bookings still name them.
    """
    return Guest.objects.filter(pk__in=list(guest_ids), property__in=list(property_ids)).order_by(
        "pk"
    )


def guest_review_list(*, guest_id: int, property_id: int) -> QuerySet[GuestReview]:
    """What staff have written about a guest, oldest first, with the authors."""
    found = GuestReview.objects.filter(guest=guest_id, property=property_id)
    return found.select_related("author").order_by("pk")


def guests_by_country(*, property_id: int) -> dict[str, int]:
    """How many guests of a property's book come from each country, by its code; "": not known.

    Those who were anonymised are still counted. One query, the most first.
    """
    counted = Guest.objects.filter(property=property_id).values_list("country")
    return dict(counted.annotate(guests=Count("pk")).order_by("-guests", "country"))
