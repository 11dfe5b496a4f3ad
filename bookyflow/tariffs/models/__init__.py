"""The models, gathered where Django looks for them."""

from bookyflow.tariffs.models.discounts import Coupon, PartnerDiscount
from bookyflow.tariffs.models.extras import Extra, TaxRate
from bookyflow.tariffs.models.guests import ChildRate, GuestType, MinimumOfType
from bookyflow.tariffs.models.tariffs import ANY_DAY, DailyRate, TariffType

__all__ = [
    "ANY_DAY",
    "ChildRate",
    "Coupon",
    "DailyRate",
    "Extra",
    "GuestType",
    "MinimumOfType",
    "PartnerDiscount",
    "TariffType",
    "TaxRate",
]
