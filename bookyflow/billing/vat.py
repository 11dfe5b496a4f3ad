"""Whether an invoice carries VAT (reference R-VT-1). Plain values, no database."""

from __future__ import annotations

from enum import StrEnum

# The member states of the European Union as ISO 3166-1 alpha-2: Article 52 of the Treaty on
# European Union, as last changed when the United Kingdom left (OJ L 29, 31.1.2020). Greece is GR
# here, EL only as the prefix of its VAT numbers. No ISO list or CLDR data in Python names them.
EU = frozenset(
    {
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    }
)


class Sale(StrEnum):
    """What is invoiced: a guest's booking, or a site's service to a property."""

    BOOKING = "booking"
    COMMISSION = "commission"
    SUBSCRIPTION = "subscription"


def vat_charged(
    *,
    seller_country: str,
    seller_validated: bool,
    buyer_country: str,
    buyer_validated: bool,
    kind: Sale,
) -> bool:
    """Whether VAT is charged; `…_validated` says that the party's VAT number was verified.

    A booking is taxed where the property is, whoever books. Between businesses: none by a seller
    without a validated number; within a country always; between two countries of the EU unless
    the buyer's number is validated (reverse charge); none across the border of the EU.
    """
    if kind == Sale.BOOKING:
        return True
    if not seller_validated:
        return False
    if seller_country == buyer_country:
        return True
    if seller_country in EU and buyer_country in EU:
        return not buyer_validated
    return False
