"""The models, gathered where Django looks for them."""

from bookyflow.properties.models.custom_fields import CustomField, CustomValue
from bookyflow.properties.models.property import (
    BookingModel,
    FeatureCategory,
    Property,
    PropertyCategory,
    PropertyFeature,
    PropertyText,
    PropertyType,
)
from bookyflow.properties.models.settings import (
    CityTax,
    DepositDue,
    DepositKind,
    FeeKind,
    FeePer,
    PriceModel,
    PricePeriod,
    PropertySettings,
    RoomsList,
    TariffMode,
)
from bookyflow.properties.models.staff import KeyProperty, ManagerAccess

__all__ = [
    "BookingModel",
    "CityTax",
    "CustomField",
    "CustomValue",
    "DepositDue",
    "DepositKind",
    "FeatureCategory",
    "FeeKind",
    "FeePer",
    "KeyProperty",
    "ManagerAccess",
    "PriceModel",
    "PricePeriod",
    "Property",
    "PropertyCategory",
    "PropertyFeature",
    "PropertySettings",
    "PropertyText",
    "PropertyType",
    "RoomsList",
    "TariffMode",
]
