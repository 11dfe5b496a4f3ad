"""How often somebody may try a password or secret.

A try is counted before anything is compared, so that many at once are no more than one after the
other, and in the database, so that all processes know of it. It counts for the name from that
address, so that nobody locks somebody else out by trying from elsewhere; and for the address, so
that nobody tries any number of names. A second factor counts for the account wherever it is tried
from: only who has the password comes so far.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from math import ceil
from typing import Any

from django.db import transaction

from bookyflow.accounts import sql
from bookyflow.core.address import counted_as
from bookyflow.core.database import connection
from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import first_row

ALLOWED_OF_NAME = 10  # failures of a name from one address
ALLOWED_OF_ADDRESS = 50  # failures of an address, whatever the names: an office has one
WITHIN = 15 * 60  # seconds


class Door(StrEnum):
    """What is tried. Each is counted by itself: a broken client keeps no staff out."""

    SIGN_IN = "sign_in"
    SECOND_FACTOR = "second_factor"
    RESET = "reset"
    TOKEN = "token"  # noqa: S105  # a name


class TooManyAttempts(DomainError):
    """rate_limited, with the seconds to wait in `retry_after`."""

    def __init__(self, retry_after: int) -> None:
        detail = "Too many failed attempts; try again later."
        super().__init__("rate_limited", detail, retry_after=retry_after)


def begin(door: Door, name: str, address: str) -> None:
    """Count a try as a failure, which it stays unless `succeeded` takes it back.

    Call it before anything is compared or hashed. Raises TooManyAttempts when the name or the
    address has none left; a try that is refused so is not counted. Raises RuntimeError within a
    transaction, which could undo the count.
    """
    counted(sql.COUNT_ATTEMPT, door, name, address, {})


def counted(
    statement: str, door: Door, name: str, address: str, parameters: dict[str, Any]
) -> list[Any]:
    """Count as `begin` does, by a statement that begins as COUNT_ATTEMPT; the rest of its row."""
    if connection.in_atomic_block:
        with transaction.atomic(durable=True, savepoint=False):  # only that of a test is let be
            pass
    counted_by = digests(door, name, address)
    limits = {"of_name": ALLOWED_OF_NAME, "of_address": ALLOWED_OF_ADDRESS, "within": WITHIN}
    row = first_row(statement, parameters | counted_by | limits)
    is_name_counted, is_address_counted, *rest = row or (False, False)
    if not is_name_counted:
        raise _too_many(counted_by["name"])
    if not is_address_counted:
        with connection.cursor() as cursor:  # until then it is refused whatever the name has left
            cursor.execute(sql.TAKE_ATTEMPT_BACK, {"digest": counted_by["name"]})
        raise _too_many(counted_by["address"])
    return rest


def succeeded(door: Door, name: str, address: str) -> None:
    """Let the name start anew, and give its address this one try back.

    No more than this one: somebody with an account could try all others otherwise.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.FORGET_ATTEMPT, digests(door, name, address))


def _too_many(digest: str) -> TooManyAttempts:
    with connection.cursor() as cursor:
        cursor.execute(sql.ATTEMPTS_END, {"digest": digest})
        row = cursor.fetchone()
    return TooManyAttempts(max(1, ceil(row[0].total_seconds())) if row else 1)


def digests(door: Door, name: str, address: str) -> dict[str, Any]:
    """What a name and an address are counted by, as the statements call them."""
    return {"name": _of_name(door, name, address), "address": _of_address(door, address)}


def _of_name(door: Door, name: str, address: str) -> str:
    where = "" if door == Door.SECOND_FACTOR else counted_as(address)
    return _digest(door, where, name.casefold())


def _of_address(door: Door, address: str) -> str:
    return _digest(door, counted_as(address))


def _digest(*parts: str) -> str:
    # Names are anything of any length, and some type their password there.
    return hashlib.sha256("\n".join(parts).encode(errors="surrogatepass")).hexdigest()
