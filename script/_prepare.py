"""Bring the database up to date: migrations, features and, when asked, the demo data.

One process for all of it, since starting Django takes longer than most of what it does here.
"""

from __future__ import annotations

import argparse
import os
import sys
from io import StringIO
from pathlib import Path

import django
from django.core.management import call_command

OTHER_HISTORY = 3  # exit status where the tables were made by other migrations


def main() -> None:
    """Run the commands that `manage.py` knows under these names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--demo-url", help="make demo data for the site at this URL")
    parser.add_argument("--demo-output", type=Path, help="file for what the command demo prints")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bookyflow.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")  # here only
    django.setup()
    if has_other_history():
        sys.exit(OTHER_HISTORY)
    call_command("migrate", interactive=False, verbosity=0, skip_checks=False)
    install_features()
    if options.demo_url:
        with options.demo_output.open("w", encoding="utf-8") as output:
            call_command("demo", url=options.demo_url, stdout=output)


def has_other_history() -> bool:
    """Whether the embedded server's tables were made by other migrations; of no other server."""
    from django.conf import settings  # noqa: PLC0415  # needs Django set up
    from django.db import connection  # noqa: PLC0415  # the same

    from bookyflow.core.checks import names_embedded  # noqa: PLC0415  # the same
    from bookyflow.core.history import signs_of_others  # noqa: PLC0415  # the same

    return names_embedded(settings.DATABASE_URL) and bool(signs_of_others(connection))


def install_features() -> None:
    """Install every feature; switch on those never seen before, as others may be off on purpose."""
    from bookyflow.plugins.models import FeatureState  # noqa: PLC0415  # needs Django set up

    seen = set(FeatureState.objects.values_list("name", flat=True))
    call_command("features", "install", "--all", stdout=StringIO())
    new = [state.name for state in FeatureState.objects.all() if state.name not in seen]
    if new:
        call_command("features", "enable", *new, stdout=StringIO())
        print("Features switched on:", *sorted(new))


if __name__ == "__main__":
    main()
