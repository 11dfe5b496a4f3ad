"""Write calendars of rooms as others read them, for readers in other languages.

Into a folder: `<n>.ics`, and `<n>.json` with the nights that are right, [arrival, departure] each.
"""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import django

CALENDARS, STAYS, SEED = 300, 30, 15
NAMES = ("", "Ada Lovelace", "Zoë Müller; von, zu\\Berg", "山田 花子", "x" * 120)


def main(folder: Path) -> int:
    """Write them all."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookyflow.settings")
    django.setup()
    from bookyflow.calendars.entries import Entry, EntryKind  # noqa: PLC0415  # Django is set up
    from bookyflow.calendars.models import CalendarFeed  # noqa: PLC0415
    from bookyflow.calendars.uids import stay_uid  # noqa: PLC0415
    from bookyflow.calendars.writing import calendar_written  # noqa: PLC0415
    from bookyflow.properties.models import Property, PropertySettings  # noqa: PLC0415
    from bookyflow.rooms.models import Room  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(SEED)  # noqa: S311  # the same ones each time
    prop = Property(name="Harbour House, Penryn")
    prop.settings = PropertySettings(language="en-GB")
    feed = CalendarFeed(property=prop, room=Room(number="1"))
    for number in range(CALENDARS):
        entries, day = [], date(2027, 1, 1)
        for serial in range(1, chance.randrange(STAYS)):
            first = day + timedelta(days=chance.choice([0, 0, 1, 3, 20]))
            day = first + timedelta(days=chance.choice([1, 2, 7, 30]))
            entries.append(
                Entry(
                    uid=stay_uid(serial),
                    first=first,
                    end=day,
                    sequence=chance.randrange(9),
                    changed_at=datetime(2026, 11, 29, 12, tzinfo=UTC),
                    kind=chance.choice([*EntryKind]),
                    name=chance.choice(NAMES),
                )
            )
        (folder / f"{number}.ics").write_bytes(calendar_written(feed, entries))
        nights = [[one.first.isoformat(), one.end.isoformat()] for one in entries]
        (folder / f"{number}.json").write_text(json.dumps(nights))
    print(f"{CALENDARS} calendars")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
