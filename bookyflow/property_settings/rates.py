"""Settings that change prices, of which several are set by one call."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.property_settings.services import settings_save
from bookyflow.property_settings.values import Value, stored_values
from bookyflow.tariffs.models import TaxRate

# Of a property that is let as a whole, and of one that lets single rooms.
LAST_MINUTE = ("lastminuteactive", "lastminutethreshold", "lastminutediscount")
WISEPRICE = (
    "wisepriceactive",
    "wisepricethreshold",
    "wiseprice10discount",
    "wiseprice25discount",
    "wiseprice50discount",
    "wiseprice75discount",
)
# The part of one discount that each step of the wiseprice takes off.
SHARES = {"wiseprice_10": 5, "wiseprice_25": 2, "wiseprice_50": 1, "wiseprice_75": 1}


def cleaning_fee_set(*, prop: Property, cleaning_fee: Decimal, tax_code: str, by: Actor) -> None:
    """Set the cleaning fee, net or gross as prices are, and its rate of tax by that one's code.

    Whether it is for a booking or for each room stays. As `settings_save`; raises also DomainError
    `tax_rate_code_unknown`.
    """
    rate = TaxRate.objects.filter(code=tax_code).values_list("rate", flat=True).first()
    if rate is None:
        problem = "There is no tax rate with this code."
        raise DomainError("tax_rate_code_unknown", fields={"tax_code": [problem]})
    values = {"cleaning_fee": cleaning_fee, "cleaning_fee_tax_rate": rate}
    settings_save(prop=prop, values=values, by=by)


@transaction.atomic
def last_minute_set(
    *, prop: Property, days: int, percent: int, by: Actor, is_on: bool | None = None
) -> None:
    """Set what is taken off for arrivals within so many days.

    A property that is let as a whole takes off `percent`; one that lets single rooms has the
    wiseprice, whose steps take off a fifth, half, and all of it (up to 10, 25, and 75 % taken).
    `is_on` None: as it is. As `settings_save`.
    """
    values: dict[str, object]
    if property_lock(prop.pk).property_type.is_single_unit:
        switch = "last_minute_on"
        values = {"last_minute_days": days, "last_minute_discount": percent}
    else:
        switch = "wiseprice_on"
        steps = {name: Decimal(percent) / share for name, share in SHARES.items()}
        values = {"wiseprice_days": days, **steps}
    if is_on is not None:
        values[switch] = is_on
    settings_save(prop=prop, values=values, by=by)


def last_minute_values(prop: Property) -> dict[str, Value]:
    """What a property takes off for arrivals soon, by public name: what `last_minute_set` sets."""
    values = stored_values(prop.settings)
    names = LAST_MINUTE if prop.property_type.is_single_unit else WISEPRICE
    return {name: values[name] for name in names}
