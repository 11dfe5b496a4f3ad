"""What partners, such as agents with an account, get off."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from bookyflow.core.acting import Actor
from bookyflow.core.changes import fields_set
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.core.percent import PERCENTAGE, is_percentage
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.tariffs.models import PartnerDiscount
from bookyflow.tariffs.services import tariffs_record

FIELDS = ("partner_id", "valid_from", "valid_to", "percentage")


def partner_discount_list(*, prop: Property) -> QuerySet[PartnerDiscount]:
    """A property's partner discounts, by id, with the partners."""
    return PartnerDiscount.objects.filter(property=prop).select_related("partner")


def partner_discount_for(*, prop: Property, partner_id: int, stay: Stay) -> PartnerDiscount | None:
    """The largest discount of a partner whose dates hold the first and the last night."""
    fitting = PartnerDiscount.objects.filter(
        property=prop,
        partner=partner_id,
        valid_from__lte=stay.arrival,
        valid_to__gte=stay.last_night,
    )
    return fitting.order_by("-percentage", "pk").first()


@transaction.atomic
def partner_discount_save(
    *, property_id: int, by: Actor, partner_discount_id: int | None = None, **values: object
) -> PartnerDiscount:
    """Add a partner's discount, or change what is given of one; `values` are named in FIELDS.

    A new one needs all of them. One event, `tariffs_updated`, unless nothing changed. Raises
    DomainError `partner_discount_not_found`, `validation_failed` for dates out of order or a
    percentage outside 0 to 100, and ValidationError for another value at fault.
    """
    locked = property_lock(property_id)
    discount = PartnerDiscount(property=locked)
    if partner_discount_id is None:
        values = dict.fromkeys(FIELDS) | values
    else:
        discount = _own(locked, partner_discount_id)
    changed = fields_set(discount, values, allowed=FIELDS)
    _check(discount)
    if changed:
        discount.save()
        tariffs_record(prop=locked, by=by, changed="partner_discounts")
    return discount


@transaction.atomic
def partner_discount_delete(*, property_id: int, partner_discount_id: int, by: Actor) -> None:
    """Remove a partner's discount. Raises DomainError `partner_discount_not_found`."""
    locked = property_lock(property_id)
    _own(locked, partner_discount_id).delete()
    tariffs_record(prop=locked, by=by, changed="partner_discounts")


def _own(prop: Property, partner_discount_id: int) -> PartnerDiscount:
    found = partner_discount_list(prop=prop).filter(pk=partner_discount_id).first()
    if found is None:
        raise DomainError("partner_discount_not_found")
    return found


def _check(discount: PartnerDiscount) -> None:
    problems = {}
    if not is_percentage(discount.percentage):
        problems["percentage"] = [PERCENTAGE]
    if discount.valid_to < discount.valid_from:
        problems["valid_to"] = ["It is before valid_from."]
    if problems:
        raise DomainError("validation_failed", fields=problems)
