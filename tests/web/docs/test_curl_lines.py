"""The lines for a shell on the pages of sections, each called at the demonstration as printed.

What a reader replaces is replaced: the @names of paths, and ids and dates in bodies.
"""

from __future__ import annotations

import base64
import json
import re
import shlex
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from bookyflow.accounts.models import User
from bookyflow.accounts.services import key_pair_create
from bookyflow.api.contract import JSON
from bookyflow.api.schema.document import BundledGenerator, document
from bookyflow.api.schema.sections import SECTIONS
from bookyflow.core.acting import SYSTEM
from bookyflow.demo.services import demo_make
from bookyflow.web.docs.samples import values_for
from bookyflow.web.docs.sections import groups_of
from tests.openapi import CheckedClient
from tests.web.a_site import seed

FORM = "application/x-www-form-urlencoded"
ONLY_SUPER = "cmf_admin"
NAMES = re.compile(r"@(\w+)")
# What the demonstration lacks, or has too much of, by the key of the refusal that tells so.
_SESSION = "a session of a visitor, which another call begins"
_NONE = "one of them: its id in the path is another call's answer"
_STATE = "a booking in the state that this step begins in"
_USED = "one that nothing hangs on: bookings keep it"
_EXAMPLE = "what the example names, which is of another site"
REFUSED = {
    "session_not_initialised": _SESSION,
    "quote_invalid": "a quote, which lasts half an hour",
    "booking_not_found": "the guest's own token of the booking, which is kept nowhere",
    "notice_invalid": "a provider of payments, which signs its notices",
    "no_geocoder": "a geocoder",
    "webhook_not_found": _NONE,
    "calendar_not_found": _NONE,
    "calendar_feed_not_found": _NONE,
    "invoice_not_found": _NONE,
    "guest_type_not_found": _NONE,
    "review_not_found": _NONE,
    "channel_not_found": _NONE,
    "user_not_in_group": _NONE,
    "note_not_found": _NONE,
    "coupon_not_found": _NONE,
    "block_not_found": _NONE,
    "tariff_type_not_found": _NONE,
    "payment_not_found": _NONE,
    "message_not_found": _NONE,
    "manager_not_found": _NONE,
    "job_not_found": _NONE,
    "child_not_found": _NONE,
    "attachment_not_found": _NONE,
    "api_client_not_found": _NONE,
    "service_not_found": _NONE,
    "room_not_found": _EXAMPLE,
    "property_not_found": _EXAMPLE,
    "extra_not_found": _EXAMPLE,
    "extra_not_available": _EXAMPLE,
    "item_type_unrecognised": _EXAMPLE,
    "channel_unknown": _EXAMPLE,
    "region_id_incorrect": _EXAMPLE,
    "validation_failed": "words of the trade in the path: a region, a currency, a file",
    "booking_state": _STATE,
    "too_early": _STATE,
    "room_occupied": _STATE,
    "modifications_refused": _STATE,
    "cancellations_refused": _STATE,
    "room_has_bookings": _USED,
    "property_has_bookings": _USED,
    "guest_has_bookings": _USED,
    "tariffs_already_exist": "a property without prices",
    "tariff_save_method_not_valid": "a property that is priced in the other way",
    "not_for_sale": "a property for sale",
    "conflict": "another one to write to: the reader is the one",
}


FAR_AWAY = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass,
              greatest(coalesce(last_value, 1), 1000000))
FROM pg_sequences WHERE schemaname = current_schema()
"""


@pytest.fixture
def values(db) -> dict[str, Any]:
    """The ids and dates of the demonstration's first property.

    None of its ids is one that an example has by chance.
    """
    with connection.cursor() as cursor:
        cursor.execute(FAR_AWAY)
    seed()
    demo_make(known={})
    found = values_for(User.objects.get(username="manager"))
    day, last = found["start"], found["end"]
    ranges = {"valid_from": day, "valid_to": last}
    return found | ranges | {f"booking_{name}": one for name, one in ranges.items()}


@pytest.fixture
def pairs(values) -> dict[str, str]:
    """Key pairs with all scopes, as curl sends them: a manager's, and a super manager's."""
    flow = shown()["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    scopes = sorted(flow["scopes"])
    found = {}
    for name in ("manager", "super"):
        mine = [scope for scope in scopes if name == "super" or scope != ONLY_SUPER]
        owner = User.objects.get(username=name)
        key, secret = key_pair_create(owner=owner, label="A", scopes=mine, by=SYSTEM)
        found[name] = f"{key.client_id}:{secret}"
    return found


def shown() -> dict[str, Any]:
    """The document of all that BookyFlow brings."""
    return document(BundledGenerator.features)


def described(found: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """What the document says of an answer, there or where it refers to."""
    name = answer.get("$ref", "").rpartition("/")[2]
    return found["components"]["responses"][name] if name else answer


def called(line: str, pair: str, token: str, values: dict[str, Any]) -> Any:
    """The answer to a line; what it changed is undone."""
    for name, one in {"$API": settings.API_BASE, "$PAIR": pair, "$TOKEN": token}.items():
        line = line.replace(name, one)
    curl, *words = shlex.split(line)
    assert curl == "curl"
    address = NAMES.sub(lambda found: quote(str(values.get(found[1], 1))), words.pop())
    given: dict[str, list[str]] = {}
    for option, value in zip(words[::2], words[1::2], strict=True):
        given.setdefault(option, []).append(value)
    headers = dict(one.split(": ", 1) for one in given.get("-H", []))
    if basic := given.get("-u"):
        headers["Authorization"] = f"Basic {base64.b64encode(basic[0].encode()).decode()}"
    media = headers.pop("Content-Type", FORM)
    method = given.get("-X", ["GET"])[0]
    client = CheckedClient()
    before = transaction.savepoint()  # a block would be one around calls that may stand in none
    if form := dict(one.split("=", 1) for one in given.get("-F", [])):
        send = getattr(client, method.lower())
        answer = send(address, form, format="multipart", headers=headers)
    else:
        body = given.get("-d", [""])[0]
        if media == JSON:
            body = json.dumps(filled(json.loads(body), values))
        answer = client.generic(method, address, body, media, headers=headers)
    transaction.savepoint_rollback(before)
    return answer


def filled(value: Any, values: dict[str, Any]) -> Any:
    """A body with these values in place of those that have their names."""
    if isinstance(value, list):
        return [filled(one, values) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: values[name] if name in values and isinstance(one, str | int) else filled(one, values)
        for name, one in value.items()
    }


def token_of(pair: str) -> str:
    """A token with all that the pair has."""
    form = dict(zip(("client_id", "client_secret"), pair.split(":"), strict=True))
    address = f"{settings.API_BASE}/oauth/token"
    answer = Client().post(address, form | {"grant_type": "client_credentials"})
    token: str = answer.json()["access_token"]
    return token


def test_every_line_succeeds_or_says_what_the_demonstration_lacks(pairs, values):
    found = shown()
    tokens = {name: token_of(pair) for name, pair in pairs.items()}
    operations = {
        (method.upper(), NAMES.sub(r"{\1}", path)): one
        for path, methods in found["paths"].items()
        for method, one in methods.items()
    }
    calls = [call for name in SECTIONS for group in groups_of(found, name) for call in group.calls]
    refused = set()
    wrong = []
    for call in calls:
        who = "super" if call.scope == ONLY_SUPER else "manager"
        answer = called(call.line, pairs[who], tokens[who], values)
        if answer.status_code < 300:
            continue
        key = answer.json().get("key", answer.json().get("error"))
        operation = operations[call.method, NAMES.sub(r"{\1}", call.path)]
        stated = str(described(found, operation["responses"].get(str(answer.status_code), {})))
        if key not in REFUSED or f"`{key}`" not in stated:
            wrong.append(f"{call.anchor}: {answer.status_code} {key} {answer.text[-300:]}")
        refused.add(key)

    assert not wrong, "\n".join(wrong)
    assert refused == set(REFUSED)  # what the demonstration has by now is taken off
