"""The settings of a property under the names that the interface gives them."""

from __future__ import annotations

from typing import Any

from bookyflow.properties.models import BookingModel, DepositKind, Property


def settings_object(prop: Property) -> dict[str, Any]:
    """Each setting by name, in the shape of SettingsOut. What is not named here is not shown."""
    settings = prop.settings
    return {
        "perPersonPerNight": settings.per_person_per_night,
        "prices_inclusive": settings.prices_inclusive,
        "property_currencycode": settings.currency,
        "property_language": settings.language,
        "time_zone": settings.time_zone,
        "minimuminterval": settings.minimum_interval,
        "weekenddays": settings.weekend_days,
        "chargeDepositYesNo": settings.deposit_kind != DepositKind.NONE,
        "depositIsPercentage": settings.deposit_kind == DepositKind.PERCENTAGE,
        "depositValue": f"{settings.deposit_value.normalize():f}",
        "cleaning_fee": settings.cleaning_fee,
        "security_deposit": settings.security_deposit,
        "singleRoomProperty": prop.property_type.is_single_unit,
        "item_hire_property": prop.property_type.flag == BookingModel.ITEM_HIRE,
        "api_privacy_off": settings.api_privacy_off,
    }
