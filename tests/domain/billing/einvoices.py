"""E-invoices as a receiver reads them: reckoned anew from the XML alone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

# WeasyPrint 70 leaves its colour profile to the garbage collector to be closed.
profile_left_open = pytest.mark.filterwarnings(
    "ignore:.*sRGB2014.icc:pytest.PytestUnraisableExceptionWarning"
)
NAMES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}
SUMS = {
    "lines": "LineTotalAmount",
    "net": "TaxBasisTotalAmount",
    "tax": "TaxTotalAmount",
    "rounding": "RoundingAmount",
    "gross": "GrandTotalAmount",
    "paid": "TotalPrepaidAmount",
    "due": "DuePayableAmount",
}


@dataclass(frozen=True)
class Line:
    quantity: Decimal
    price: Decimal
    of: Decimal
    total: Decimal
    rate: str


class Received:
    """The XML of an e-invoice."""

    def __init__(self, xml: bytes) -> None:
        from lxml import etree  # noqa: PLC0415  # comes with factur-x, which may be missing

        self.root: Any = etree.fromstring(xml)
        self.taxes = {
            tax.findtext("ram:RateApplicablePercent", namespaces=NAMES): tax
            for tax in self.all("ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax")
        }
        self.lines = [
            Line(
                quantity=self.number("ram:BilledQuantity", one),
                price=self.number("ram:ChargeAmount", one),
                of=self.number("ram:BasisQuantity", one) or Decimal(1),
                total=self.number("ram:LineTotalAmount", one),
                rate=self.text("ram:RateApplicablePercent", one),
            )
            for one in self.all("ram:IncludedSupplyChainTradeLineItem")
        ]
        (totals,) = self.all("ram:SpecifiedTradeSettlementHeaderMonetarySummation")
        self.sums = {name: self.number(f"ram:{tag}", totals) for name, tag in SUMS.items()}

    def all(self, path: str) -> list[Any]:
        return self.root.findall(f".//{path}", NAMES)

    def text(self, path: str, within: Any = None) -> str:
        """The text at a path; "" where there is none."""
        found = self.root if within is None else within
        return found.findtext(f".//{path}", "", NAMES).strip()

    def number(self, path: str, within: Any = None) -> Decimal:
        """The number at a path; zero where there is none."""
        return Decimal(self.text(path, within) or 0)

    def day(self, path: str) -> str:
        return self.text(f"{path}//udt:DateTimeString") or self.text(f"{path}//qdt:DateTimeString")

    def tax(self, rate: str, tag: str) -> Decimal:
        return self.number(f"ram:{tag}", self.taxes[rate])


def reckon(xml: bytes) -> dict[str, Decimal]:
    """Check that all sums of an e-invoice follow from its lines; gives the grand totals."""
    found = Received(xml)
    nets: dict[str, Decimal] = defaultdict(Decimal)
    for line in found.lines:
        assert line.price >= 0
        assert Fraction(line.quantity) * Fraction(line.price) / Fraction(line.of) == line.total
        nets[line.rate] += line.total
    assert {rate: found.tax(rate, "BasisAmount") for rate in found.taxes} == nets
    for rate, net in nets.items():
        assert abs(found.tax(rate, "CalculatedAmount") - net * Decimal(rate) / 100) < 1
    sums = found.sums
    assert sums["net"] == sums["lines"] == sum(nets.values())
    assert sums["tax"] == sum(found.tax(rate, "CalculatedAmount") for rate in found.taxes)
    assert sums["gross"] == sums["net"] + sums["tax"]
    assert sums["due"] == sums["gross"] - sums["paid"] + sums["rounding"]
    amounts = found.root.xpath("//*[contains(local-name(), 'Amount')]/text()")
    assert all(-Decimal(one).as_tuple().exponent <= 2 for one in amounts)
    assert "-0.00" not in amounts
    return sums
