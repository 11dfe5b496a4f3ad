"""Run by a build's own Python, in its own code: its tables, and a key pair. Prints JSON.

`data NAME PROPERTIES` builds the build's own data set of so many properties, or none, where it is
missing or out of date, and prints the name of its database and a digest of what it is made from;
the server is that of DATABASE_URL.
`key` makes a manager with a key pair for every scope in the database of DATABASE_URL, and prints it
with the name of a channel to announce. `busy ROOMS BOOKINGS START` makes a hotel of so many, whose
bookings are numbered from START, and prints its id, its room type, a session and a key pair.
"""

from __future__ import annotations

import json
import os
import sys

import django

EVERY = 4  # days from one stay of a busy hotel's room to the next
YEAR = 365


def main() -> None:
    """Do what the command line says. What is printed before the last line is for people."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookyflow.settings")
    django.setup()
    what, *words = sys.argv[1:]
    if what == "data":
        found = data(words[0], int(words[1]))
    else:
        found = key() if what == "key" else busy(*map(int, words))
    print(json.dumps(found))


def data(name: str, properties: int) -> dict[str, str]:
    """The data set of this build's schema."""
    from benchmarks.datasets import Size, ensure, fingerprint  # noqa: PLC0415  # needs Django set up

    size = Size(name, properties)
    ensure(size, os.environ["DATABASE_URL"])
    return {"database": size.database, "fingerprint": fingerprint(size)}


def key() -> dict[str, str]:
    """A key pair of a new manager, who has no properties yet, with the name of a channel."""
    from benchmarks.datasets import MANAGER  # noqa: PLC0415  # needs Django set up
    from bookyflow.accounts.models import User  # noqa: PLC0415
    from bookyflow.accounts.services import key_pair_create  # noqa: PLC0415
    from bookyflow.core.acting import Actor  # noqa: PLC0415
    from bookyflow.plugins import registry  # noqa: PLC0415

    level = User.objects.get(username=MANAGER).access_level
    manager = User.objects.create(username="hotels", password="!", access_level=level)  # noqa: S106  # none
    pair, secret = key_pair_create(
        owner=manager,
        label="hotels",
        scopes=registry.grantable(level, registry.enabled()),
        by=Actor(user_id=manager.pk),
    )
    return {"client_id": pair.client_id, "secret": secret, "channel": "hotels"}


def busy(rooms: int, bookings: int, start: int) -> dict[str, str]:
    """A hotel half of whose nights are booked, 200 days back and 200 ahead. This build's own."""
    from django.test import Client  # noqa: PLC0415  # needs Django set up

    from benchmarks import playground  # noqa: PLC0415
    from benchmarks.busy_property import Busy, busy_property  # noqa: PLC0415
    from benchmarks.datasets import CHANNEL, Size  # noqa: PLC0415
    from bookyflow.properties.kept import property_kept  # noqa: PLC0415
    from bookyflow.rooms.models import Room  # noqa: PLC0415

    bench = playground.prepare(os.environ["DATABASE_URL"], Size("busy", 0), quick=True)
    (small,) = bench.hotels(1, rooms=1)
    each = bookings // rooms
    size = Busy(rooms, bookings, every=EVERY, past=each * EVERY // 2, start=start)
    uid = busy_property(bench, property_kept(property_id=small).settings.today(), size, priced=YEAR)
    bench.analyse()
    browser = Client()
    browser.force_login(bench.key.user)
    return {
        "client_id": bench.key.client_id,
        "secret": bench.secret,
        "channel": CHANNEL,
        "session": browser.cookies["sessionid"].value,
        "uid": str(uid),
        "room_type": str(Room.objects.filter(property=uid).values_list("room_type", flat=True)[0]),
    }


if __name__ == "__main__":
    main()
