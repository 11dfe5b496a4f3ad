#!/bin/sh
# factur-x loses dates of an invoice, or refuses them, by the syntax that it writes.
#
# One set of terms of EN 16931 becomes XML in either of its syntaxes. The day on which tax is due (BT-7) is in the UBL
# of an invoice and not in the CII, which is what Factur-X has in its PDF: the file is valid, nothing is logged and
# nothing raised. Of a credit note it is lost in the CII as well, and in the UBL it stands in the wrong place, so that
# the library's own check of the schema refuses its own XML. The day by which a credit note is paid (BT-9) is in the
# CII and lost in the UBL, unless a way of paying (BT-81) is given beside it.
#
# Whom it hurts: who invoices in advance, as places that let by the month do. Where tax is due on another day than the
# invoice's, the buyer books it in the wrong period, and sees the right day on the PDF. Read the file back, and
# compare it with what was given.
#
# Exit code 0: still so. Written on 2026-11-29.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check factur-x==7.8

cd "$folder"
cat >dates.py <<'PYTHON'
from copy import deepcopy
from datetime import date
from importlib.metadata import version

import facturx

INVOICE, CREDIT_NOTE = "380", "381"
TERMS = {
    "BT-1": "1001",
    "BT-2": date(2027, 6, 1),
    "BT-5": "EUR",
    "BT-20": "Within two weeks",
    "BT-72": date(2027, 7, 31),
    "BG-4": {"name": "Pension", "country_code": "DE", "vat_identifier": "DE999999999"},
    "BG-7": {"name": "Ada Lovelace", "country_code": "FR"},
    "BG-23": [{"BT-116": "100.00", "BT-117": "7.00", "BT-118": "S", "BT-119": "7"}],
    "BG-25": [
        {
            **{"BT-126": "1", "BT-129": "1", "BT-130": "C62", "BT-131": "100.00"},
            **{"BT-146": "100.00", "BT-151": "S", "BT-152": "7", "BT-153": "July"},
        }
    ],
    **{"BT-106": "100.00", "BT-109": "100.00", "BT-110": "7.00"},
    **{"BT-112": "107.00", "BT-115": "107.00"},
}


def fate(flavor: str, kind: str, term: str, day: date) -> str:
    """What becomes of a date: whether it is there when the XML is read back."""
    given = deepcopy(TERMS) | {"BT-3": kind, term: day}
    try:
        xml = facturx.generate_xml(given, flavor=flavor, level="en16931", check_schematron=False)
    except Exception as error:
        return "refused" if "schema" in str(error).lower() else repr(error)
    return "there" if facturx.parse_ubl_cii_xml(xml).get(term) == day else "lost"


seen = {
    f"{term} of {kind} in {flavor}": fate(flavor, kind, term, day)
    for term, kind, day in (
        ("BT-7", INVOICE, date(2027, 7, 31)),
        ("BT-7", CREDIT_NOTE, date(2027, 7, 31)),
        ("BT-9", CREDIT_NOTE, date(2027, 6, 15)),
    )
    for flavor in ("factur-x", "ubl-2.1")
}
print(f"factur-x {version('factur-x')}")
print("expected: each date is there when the XML is read back")
print("seen:     " + "; ".join(f"{name}: {it}" for name, it in seen.items()))
raise SystemExit(list(seen.values()) != ["lost", "there", "lost", "refused", "there", "lost"])
PYTHON
venv/bin/python dates.py
