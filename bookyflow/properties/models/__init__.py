"""The models, gathered where Django looks for them."""

from bookyflow.properties.models.custom_fields import CustomField, CustomValue
from bookyflow.properties.models.plugin_settings import PluginSetting
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
    DepositDue,
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
    "CustomField",
    "CustomValue",
    "DepositDue",
    "FeatureCategory",
    "FeePer",
    "KeyProperty",
    "ManagerAccess",
    "PluginSetting",
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
