"""Rules on settings that their fields alone cannot tell."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from bookyflow.accounts.models import SiteSettings
from bookyflow.core.currencies import is_currency
from bookyflow.core.dates import is_time_zone
from bookyflow.core.languages import is_language
from bookyflow.core.money import too_fine
from bookyflow.core.percent import PERCENTAGE, is_percentage
from bookyflow.core.places import countries
from bookyflow.pricing.deposits import DepositKind, FeeKind
from bookyflow.pricing.inputs import CityTaxModel
from bookyflow.properties.models import PropertySettings

_email = EmailValidator()


def settings_problems(settings: PropertySettings) -> dict[str, str]:
    """What is wrong with settings whose fields are each well-formed: field → problem; no query."""
    problems = (
        amounts_too_fine(settings)
        | _unknown_codes(settings)
        | _beyond_all(settings)
        | _of_invoices(settings)
    )
    if settings.minimum_interval < 1:
        problems["minimum_interval"] = "At least one night."
    return problems


def settings_validate(settings: PropertySettings) -> None:
    """Raise ValidationError for a field at fault; no query."""
    settings.clean_fields(exclude={"property"})
    if problems := settings_problems(settings):
        raise ValidationError(dict(problems))


def least_deposit(settings: PropertySettings, site: SiteSettings) -> dict[str, object]:
    """What the least deposit of the site makes of a property's: field → value; {} for no change."""
    least = Decimal(site.minimum_deposit_percentage)
    if not least or settings.deposit_kind == DepositKind.FULL:
        return {}
    own = settings.deposit_value if settings.deposit_kind == DepositKind.PERCENTAGE else least
    return {"deposit_kind": DepositKind.PERCENTAGE, "deposit_value": max(own, least)}


def _unknown_codes(settings: PropertySettings) -> dict[str, str]:
    problems = {}
    if not is_currency(settings.currency):
        problems["currency"] = "Not a current ISO 4217 code."
    if settings.time_zone and not is_time_zone(settings.time_zone):
        problems["time_zone"] = "Not an IANA name such as Europe/London."
    if not is_language(settings.language):
        problems["language"] = "Not a language such as en-GB."
    for name in ("default_country", "business_country"):
        if (code := getattr(settings, name)) and code not in countries():
            problems[name] = "Not a country code of ISO 3166-1."
    return problems


def _beyond_all(settings: PropertySettings) -> dict[str, str]:
    shares = {
        "deposit_value": settings.deposit_kind == DepositKind.PERCENTAGE,
        "cancellation_fee": settings.cancellation_fee_kind == FeeKind.PERCENTAGE,
        "no_show_fee": settings.no_show_fee_kind == FeeKind.PERCENTAGE,
        "single_supplement": settings.single_supplement_is_percentage,
        "city_tax": settings.city_tax_model == CityTaxModel.PERCENTAGE,
    }
    return {
        name: PERCENTAGE
        for name, is_share in shares.items()
        if is_share and not is_percentage(getattr(settings, name))
    }


def amounts_too_fine(settings: PropertySettings) -> dict[str, str]:
    """The amounts among settings that their currency cannot express: field → problem."""
    amounts = {
        "cleaning_fee": True,
        "security_deposit": True,
        "minimum_deposit": True,
        "prefill_price": True,
        "deposit_value": settings.deposit_kind == DepositKind.FIXED,
        "cancellation_fee": settings.cancellation_fee_kind == FeeKind.FIXED,
        "no_show_fee": settings.no_show_fee_kind == FeeKind.FIXED,
        "single_supplement": not settings.single_supplement_is_percentage,
        "city_tax": settings.city_tax_model != CityTaxModel.PERCENTAGE,
    }
    return {
        name: problem
        for name, is_amount in amounts.items()
        if is_amount and (problem := too_fine(getattr(settings, name), settings.currency))
    }


def _of_invoices(settings: PropertySettings) -> dict[str, str]:
    problems = {}
    if "{N}" not in settings.invoice_pattern:
        problems["invoice_pattern"] = "Without {N} invoices would share a number."
    if settings.business_email:
        try:
            _email(settings.business_email)
        except ValidationError:
            problems["business_email"] = "Not an e-mail address."
    return problems
