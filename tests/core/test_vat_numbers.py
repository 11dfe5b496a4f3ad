"""VAT numbers in one form, and why one cannot be."""

from __future__ import annotations

import pytest

from bookyflow.core.vat_numbers import vat_number


@pytest.mark.parametrize(
    ("text", "country", "kept"),
    [
        ("GB 980 7806 84", "GB", "GB980780684"),
        ("980780684", "GB", "GB980780684"),
        ("GD001", "GB", "GBGD001"),  # of a department of the government, not of Grenada
        ("XI980780684", "GB", "XI980780684"),
        ("GB980780684", "FR", "GB980780684"),
        ("de 136.695.976", "", "DE136695976"),
        ("u13585627", "AT", "ATU13585627"),
        ("094259216", "GR", "EL094259216"),
        ("GR094259216", "GR", "EL094259216"),
        ("FR 53 000004605", "MC", "FR53000004605"),
        ("B58378431", "ES", "ESB58378431"),
        ("CHE-107.787.577 MWST", "CH", "CHE107787577MWST"),
        ("CHE-107.787.577", "CH", "CHE107787577"),
        ("NO 995 525 828 MVA", "NO", "NO995525828MVA"),
        ("995 525 828", "NO", "NO995525828"),
        (" US 12-3456789 ", "GB", "US 12-3456789"),
        ("12-3456789", "US", "12-3456789"),
        ("12-3456789", "", "12-3456789"),
        ("", "DE", ""),
    ],
)
def test_a_number_is_kept_with_its_prefix(text, country, kept):
    assert vat_number(text, country) == kept
    assert vat_number(kept, country) == kept


@pytest.mark.parametrize(
    ("text", "country", "reason"),
    [
        ("DE13", "DE", "It is too short or too long for a VAT number of DE."),
        ("136695975", "DE", "It is no VAT number of DE: a digit is wrong."),
        ("DE136695975", "", "It is no VAT number of DE: a digit is wrong."),
        ("GB123456789", "US", "It is no VAT number of GB: a digit is wrong."),
        ("ATX", "AT", "It is not written as VAT numbers of AT are."),
    ],
)
def test_a_number_that_cannot_be_has_its_reason(text, country, reason):
    with pytest.raises(ValueError, match=f"^{reason}$"):
        vat_number(text, country)
