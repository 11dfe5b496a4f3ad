#!/bin/sh
# pycountry offers three counties that Norway dissolved in 2024, and lacks the seven of today.
#
# On 1 January 2024 Viken, Vestfold og Telemark, and Troms og Finnmark were split into Østfold, Akershus,
# Buskerud, Vestfold, Telemark, Troms and Finnmark, with new county numbers. pycountry 26.2.16 of 2026 has the
# former ones only; the holidays package knows the new ones, by the same kind of code.
#
# Whom it hurts: who fills a list of regions from pycountry, or checks addresses against it: a third of Norway's
# people cannot give the county they live in, and codes that partners send (NO-32) are refused.
#
# Exit code 0: still so. Written on 2026-11-28.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pycountry==26.2.16 holidays==0.109

"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

import holidays
import pycountry

print("pycountry", version("pycountry"), "against holidays", version("holidays"))
listed = {one.code: one.name for one in pycountry.subdivisions.get(country_code="NO")}
today = {f"NO-{code}" for code in holidays.NO.subdivisions}
missing = sorted(today - set(listed))
dissolved = sorted(f"{code} {name}" for code, name in listed.items() if code not in today)
print("expected: the counties since 2024,", " ".join(sorted(today)))
print("seen:     missing", " ".join(missing))
print("seen:     still there", ", ".join(dissolved))
still = (
    missing == ["NO-31", "NO-32", "NO-33", "NO-39", "NO-40", "NO-55", "NO-56"]
    and dissolved == ["NO-30 Viken", "NO-38 Vestfold og Telemark", "NO-54 Troms og Finnmark"]
)
sys.exit(0 if still else 1)
PYTHON
