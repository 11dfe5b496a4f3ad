#!/bin/sh
# Babel writes "PST" beside a clock that is at UTC-7.
#
# British Columbia stays on UTC-7 from 2026 on. tzdata has that, and Babel asks tzdata for the offset, but it
# takes the name of the zone from CLDR, which knows the Pacific Time of old: standard time is "PST", which
# readers know as UTC-8.
#
# Whom it hurts: who prints a time of arrival with its zone ("3 PM PST") in mails or on invoices of properties
# in Vancouver: a guest who trusts the letters comes an hour off. Print the local time and the place, or the
# offset.
#
# Exit code 0: still so. Written on 2026-11-28.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check Babel==2.18.0 tzdata==2026.6

PYTHONTZPATH="" "$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import datetime
from importlib.metadata import version
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

print("Babel", version("Babel"), "with tzdata", version("tzdata"))
zone = ZoneInfo("America/Vancouver")
same = True
for month in (1, 7):
    noon = datetime(2027, month, 15, 12, tzinfo=zone)
    seen = format_datetime(noon, "yyyy-MM-dd HH:mm z, xxx", tzinfo=zone, locale="en_CA")
    print(f"expected: 2027-{month:02}-15 12:00 and no name of UTC-8, -07:00")
    print(f"seen:     {seen}")
    same = same and seen == f"2027-{month:02}-15 12:00 PST, -07:00"
sys.exit(0 if same else 1)
PYTHON
