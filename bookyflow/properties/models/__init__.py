"""The models, gathered where Django looks for them."""

from bookyflow.properties.models.pictures import Image
from bookyflow.properties.models.property import (
    BookingModel,
    FeatureCategory,
    Property,
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
    PropertySettings,
    TariffMode,
)
from bookyflow.properties.models.staff import KeyProperty, ManagerAccess

__all__ = [
    "BookingModel",
    "CityTax",
    "DepositDue",
    "DepositKind",
    "FeatureCategory",
    "FeeKind",
    "FeePer",
    "Image",
    "KeyProperty",
    "ManagerAccess",
    "PriceModel",
    "Property",
    "PropertyFeature",
    "PropertySettings",
    "PropertyText",
    "PropertyType",
    "TariffMode",
]
