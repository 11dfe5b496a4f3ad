"""Answers as they are written on the wire."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import pytest
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy
from rest_framework.utils.encoders import JSONEncoder

from bookyflow.api.wire.envelope import Answer, EnvelopeRenderer

MOMENT = datetime(2026, 11, 29, 12, 30, 0, 123456, UTC)


class Kind(TextChoices):
    BOOKING = "booking"


class Pair(NamedTuple):
    first: int
    second: str


class Response:
    exception = True  # a problem goes out as it is
    status_code = 200


def written(value):
    return EnvelopeRenderer().render(value, None, {"response": Response()})


@pytest.mark.parametrize(
    "value",
    [
        {"texts": ["Zoë", 'a "quote" \\ /', "\x00\x1f\x7f", " ", "🙂", ""]},
        {"numbers": [0, -1, 2**63 - 1, -(2**63), 1.5, 1e-7, True, None]},
        {"numbers": [2**64, 10**30]},
        {"days": {"2026-11-29": 1, 7: 2}},
        {"moments": [MOMENT, MOMENT.replace(microsecond=0), date(2026, 11, 29)]},
        {"others": [Decimal("1.50"), UUID(int=1), Kind.BOOKING, gettext_lazy("Booking")]},
        {"rows": [Pair(1, "a"), (1, 2), {3}, []], "many": (number for number in (1, 2))},
    ],
)
def test_all_is_written_as_drf_does(value):
    if "many" in value:
        value = value | {"many": [1, 2]}

    assert json.loads(written(value)) == json.loads(json.dumps(value, cls=JSONEncoder))


def test_what_is_made_on_the_way_is_written():
    assert written({"many": (number for number in (1, 2))}) == b'{"many":[1,2]}'


def test_nothing_is_escaped_that_need_not_be():
    assert written({"name": "Zoë 🙂 /"}) == '{"name":"Zoë 🙂 /"}'.encode()
    assert written({"id": 2**70}) == b'{"id":%d}' % 2**70


def test_without_data_there_is_no_body():
    assert written(None) == b""


def test_headers_are_told_as_they_were_set():
    answer = Answer({}, headers={"ETag": '"1"', "X-Total-Count": "7"})
    answer["etag"] = '"2"'
    del answer["X-Total-Count"]
    answer["Link"] = "<a>"

    assert list(answer.items()) == list(answer.headers.items())
    assert dict(answer.items()) == {
        "Content-Type": answer["Content-Type"],
        "etag": '"2"',
        "Link": "<a>",
    }
