"""Quotes and wishes as they are signed and stored."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from bookyflow.core.errors import DomainError
from bookyflow.reservations import tokens
from bookyflow.reservations.quotes.codec import quote_json, quote_of
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.wishes import VISITOR, RoomWish, StayWish
from tests.domain.reservations.conftest import fresh

pytestmark = pytest.mark.django_db


def test_a_quote_survives_being_kept(inn, wish):
    quote = quote_make(prop=fresh(inn), wish=wish, booker=VISITOR)
    text, _ = tokens.quote_sign(quote_json(quote))

    assert quote_of(tokens.quote_read(text)) == quote


def test_a_forged_or_old_quote_is_refused(inn, wish):
    text, expires_at = tokens.quote_sign({"a": 1})

    with pytest.raises(DomainError) as forged:
        tokens.quote_read(text[:-3] + "abc")
    with (
        time_machine.travel(expires_at + timedelta(seconds=2), tick=False),
        pytest.raises(DomainError) as old,
    ):
        tokens.quote_read(text)

    assert (forged.value.key, old.value.key) == ("quote_invalid", "quote_expired")


def test_a_wish_that_was_kept_before_there_were_children_in_it():
    kept = StayWish(date(2027, 6, 1), None, (RoomWish(1, None, 2, 3),)).as_json()
    kept["rooms"] = [room[:4] for room in kept["rooms"]]

    assert StayWish.from_json(kept).rooms == (RoomWish(1, None, 2, 3, 0),)
