#!/bin/sh
# Run once by the image of PostgreSQL, when its data directory is made: the site's own role, which is
# no superuser, and the database that belongs to it.
set -eu
psql --set=ON_ERROR_STOP=1 --no-psqlrc --username="$POSTGRES_USER" --dbname=postgres \
    --set=password="$(cat "${DATABASE_PASSWORD_FILE:-/run/secrets/database_password}")" <<'SQL'
CREATE ROLE bookyflow LOGIN PASSWORD :'password';
ALTER ROLE bookyflow SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE bookyflow SET jit = off;
ALTER ROLE bookyflow SET random_page_cost = 1.1;
CREATE DATABASE bookyflow OWNER bookyflow;
SQL
