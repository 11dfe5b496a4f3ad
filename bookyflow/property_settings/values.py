"""Reading the settings of a property under the names of the interface."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from functools import cache

from bookyflow.accounts.models import SiteSettings
from bookyflow.accounts.site import ROW as SITE
from bookyflow.accounts.site import site_settings_of
from bookyflow.core.prepared import first_row, selected
from bookyflow.pricing.deposits import DepositKind
from bookyflow.properties.models import BookingModel, Property, PropertySettings
from bookyflow.property_settings import names, sql


class DepositType(IntEnum):
    """What a deposit is reckoned from; the numbers are the interface's."""

    NONE = 1
    PERCENTAGE = 3
    FIXED = 5


_DEPOSIT_TYPES = {
    DepositKind.NONE: DepositType.NONE,
    DepositKind.PERCENTAGE: DepositType.PERCENTAGE,
    DepositKind.FULL: DepositType.PERCENTAGE,
    DepositKind.FIXED: DepositType.FIXED,
    DepositKind.ONE_NIGHT: DepositType.FIXED,  # it does not grow with the stay
}
Value = object  # bool, int, Decimal, str, or None


def settings_values(prop: Property) -> dict[str, Value]:
    """Every setting of a property by its public name, those that follow from others too.

    One query. What is empty has the default of the site, or of the property. Saving all of it
    again, by `settings_save`, changes nothing.
    """
    facts = first_row(
        _facts(),
        {
            "property_id": prop.pk,
            "tax_rate": prop.settings.accommodation_tax_rate,
            "site": SITE,
        },
    )
    adults, children, tax_code, *row = facts or ()
    site = site_settings_of(row)
    counted = children if prop.settings.children_count_for_capacity else 0
    return (
        stored_values(prop.settings)
        | {
            names.TAX_CODE: tax_code,
            "cal_input": prop.settings.date_input_format or site.date_input_format,
            "defaultcountry": prop.settings.default_country or prop.country,
            "accommodates": adults + counted,
            "accommodates_adults": adults,
            "accommodates_children": counted,
        }
        | derived_values(prop, site)
    )


@cache
def _facts() -> str:
    return sql.SETTINGS_FACTS.format(site=selected(SiteSettings, "site"))


def unknown_names(given: Iterable[str]) -> list[str]:
    """Those of the names that are no setting, or none that can be kept, in their order; no query.

    Others are taken in any spelling of theirs.
    """
    return [name for name in given if not names.is_known(name)]


def deposit_type(settings: PropertySettings) -> DepositType:
    """The interface's number for the deposit that a property asks for; no query."""
    return _DEPOSIT_TYPES[DepositKind(settings.deposit_kind)]


def stored_values(settings: PropertySettings) -> dict[str, Value]:
    """The stored settings by their public names, as they are stored; no query."""
    values = {name: getattr(settings, field) for name, field in names.fields().items()}
    return values | deposit_flags(settings.deposit_kind)


def deposit_flags(kind: str) -> dict[str, bool]:
    """What the four names say of a kind of deposit."""
    return {
        names.CHARGED: kind != DepositKind.NONE,
        names.PERCENTAGE: kind != DepositKind.FIXED,
        names.ONE_NIGHT: kind == DepositKind.ONE_NIGHT,
        names.FULL: kind == DepositKind.FULL,
    }


def derived_values(prop: Property, site: SiteSettings) -> dict[str, Value]:
    """What follows from the type of a property, from the site, or always holds; no query."""
    flag = prop.property_type.flag
    return {
        "singleRoomProperty": prop.property_type.is_single_unit,
        "item_hire_property": flag == BookingModel.ITEM_HIRE,
        "is_real_estate_listing": flag == BookingModel.REAL_ESTATE,
        "minimum_deposit_percentage": site.minimum_deposit_percentage,
        "bookingform_requiredfields_email": True,
    }
