from __future__ import annotations

import pytest

from bookyflow.billing.vat import EU, Sale, vat_charged
from bookyflow.core.places import countries


def test_the_union_has_27_states_of_iso_3166():
    assert len(EU) == 27
    assert countries().keys() >= EU
    assert "GR" in EU
    assert not EU & {"GB", "EL", "CH", "NO", "MC"}


@pytest.mark.parametrize("seller", ["DE", "US", ""])
@pytest.mark.parametrize("buyer", ["DE", "FR", "US", ""])
@pytest.mark.parametrize("validated", [True, False])
def test_a_guests_booking_is_always_taxed(seller, buyer, validated):
    assert vat_charged(
        seller_country=seller,
        seller_validated=validated,
        buyer_country=buyer,
        buyer_validated=not validated,
        kind=Sale.BOOKING,
    )


@pytest.mark.parametrize("kind", [Sale.COMMISSION, Sale.SUBSCRIPTION])
@pytest.mark.parametrize(
    ("seller", "seller_validated", "buyer", "buyer_validated", "charged"),
    [
        ("DE", False, "DE", True, False),  # the seller has no validated number
        ("DE", False, "FR", False, False),
        ("DE", True, "US", False, False),  # out of the EU
        ("DE", True, "GB", True, False),
        ("DE", True, "DE", False, True),  # within one country
        ("DE", True, "DE", True, True),
        ("US", True, "US", False, True),
        ("DE", True, "FR", True, False),  # reverse charge
        ("DE", True, "FR", False, True),
        ("US", True, "DE", False, False),  # into the EU
        ("US", True, "GB", True, False),  # both outside
    ],
)
def test_businesses(kind, seller, seller_validated, buyer, buyer_validated, charged):
    assert (
        vat_charged(
            seller_country=seller,
            seller_validated=seller_validated,
            buyer_country=buyer,
            buyer_validated=buyer_validated,
            kind=kind,
        )
        is charged
    )
