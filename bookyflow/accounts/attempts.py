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

from django.db import transaction

from bookyflow.accounts import sql
from bookyflow.core.address import counted_as
from bookyflow.core.database import connection
from bookyflow.core.errors import DomainError

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
    with transaction.atomic(durable=True):
        _count(_of_name(door, name, address), ALLOWED_OF_NAME)
        _count(_of_address(door, address), ALLOWED_OF_ADDRESS)


def succeeded(door: Door, name: str, address: str) -> None:
    """Let the name start anew, and give its address this one try back.

    No more than this one: somebody with an account could try all others otherwise.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.FORGET_ATTEMPTS, {"digest": _of_name(door, name, address)})
        cursor.execute(sql.TAKE_ATTEMPT_BACK, {"digest": _of_address(door, address)})


def _count(digest: str, allowed: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.COUNT_ATTEMPT, {"digest": digest, "allowed": allowed, "within": WITHIN})
        if cursor.fetchone() is None:
            cursor.execute(sql.ATTEMPTS_END, {"digest": digest})
            (left,) = cursor.fetchone()
            raise TooManyAttempts(max(1, ceil(left.total_seconds())))


def _of_name(door: Door, name: str, address: str) -> str:
    where = "" if door == Door.SECOND_FACTOR else counted_as(address)
    return _digest(door, where, name.casefold())


def _of_address(door: Door, address: str) -> str:
    return _digest(door, counted_as(address))


def _digest(*parts: str) -> str:
    # Names are anything of any length, and some type their password there.
    return hashlib.sha256("\n".join(parts).encode(errors="surrogatepass")).hexdigest()
