"""Run by a build's own Python, in its own code: its tables, and a key pair. Prints JSON.

`data NAME PROPERTIES` builds the build's own data set of so many properties, or none, where it is
missing or out of date, and prints the name of its database and a digest of what it is made from;
the server is that of DATABASE_URL.
`key` makes a manager with a key pair for every scope in the database of DATABASE_URL, and prints it
with the name of a channel to announce.
"""

from __future__ import annotations

import json
import os
import sys

import django


def main() -> None:
    """Do what the command line says. What is printed before the last line is for people."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookyflow.settings")
    django.setup()
    what, *words = sys.argv[1:]
    found = data(words[0], int(words[1])) if what == "data" else key()
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


if __name__ == "__main__":
    main()
