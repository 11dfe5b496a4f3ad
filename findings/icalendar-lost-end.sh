#!/bin/sh
# icalendar gives a calendar with one lost line back as an empty list, without an error.
#
# Calendar.from_ical(text) raises ValueError where the END of a component is missing. With multiple=True, which
# is the way to read a file that holds several calendars, the same text is no error: what is returned is [], as
# for a calendar of another's that is empty.
#
# Whom it hurts: who keeps a copy of somebody's calendar, such as the taken nights of a room: one lost line (a
# proxy that cuts off, a program that forgets END:VEVENT once) and all nights are free. Count the BEGIN:VEVENT of
# the text, and compare.
#
# Exit code 0: still so. Written on 2026-11-29.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.2 tzdata==2026.6

"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

from icalendar import Calendar

print("icalendar", version("icalendar"))
event = ["BEGIN:VEVENT", "UID:1", "DTSTART;VALUE=DATE:20270601", "END:VEVENT"]
other = ["BEGIN:VEVENT", "UID:2", "DTSTART;VALUE=DATE:20270701"]  # its end is lost
head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN"]
text = "\r\n".join([*head, *event, *other, "END:VCALENDAR", ""])

try:
    Calendar.from_ical(text)
    alone = "no error"
except ValueError:
    alone = "ValueError"
seen = Calendar.from_ical(text, multiple=True)
print("expected: ValueError in both ways, or the event that is whole")
print(f"seen:     {alone} for one calendar, {seen} with multiple=True")
sys.exit(0 if (alone, seen) == ("ValueError", []) else 1)
PYTHON
