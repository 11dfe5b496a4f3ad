"""Safe repetition of unsafe calls by Idempotency-Key."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from bookyflow.api import sql
from bookyflow.api.contract import REPLAYED, EndpointView
from bookyflow.api.models import IdempotencyRecord
from bookyflow.core import crypto
from bookyflow.core.database import connection
from bookyflow.core.errors import DomainError

KEY_HEADER = "HTTP_IDEMPOTENCY_KEY"
TOKEN_HEADER = "HTTP_X_BOOKYFLOW_BOOKING_TOKEN"  # noqa: S105  # the name of a header
SESSION_HEADERS = (
    "HTTP_X_BOOKYFLOW_BOOKING_SESSION_ID",
    "HTTP_X_BOOKYFLOW_BOOKING_SESSION_TOKEN",
)
WELL_FORMED = re.compile(r"[\x21-\x7e]{1,255}")
# What tools that are made from the document write where somebody is to write something: "<string>",
# "{{key}}". All their calls would have one key.
PLACEHOLDER = re.compile(r"<[^<>]*>|\{[^{}]*\}|\{\{[^{}]*\}\}")
KEPT_FOR = timedelta(hours=24)
RUNNING = 102  # in the place of an answer's status: a call that commits item by item has begun


@dataclass(frozen=True)
class Call:
    """One unsafe call: whose and which (`namespace`), and what it says (`fingerprint`)."""

    namespace: str
    fingerprint: str
    keeps: bool

    def begin(self) -> Response | None:
        """The kept answer of the same call, or None when it has to run now.

        Holds a lock to the end of the transaction. Raises DomainError idempotency_in_progress
        while the same call runs elsewhere, idempotency_key_reused when the key stood for another.
        """
        self.lock()
        # A second statement: the first one's snapshot is older than its lock.
        record = IdempotencyRecord.objects.filter(
            namespace=self.namespace, expires_at__gt=timezone.now()
        ).first()
        if record is None:
            return None
        if record.fingerprint != self.fingerprint:
            raise DomainError("idempotency_key_reused")
        if record.status == RUNNING:
            return None
        kept = json.loads(record.answer)
        headers = {**kept["headers"], REPLAYED: "true"}
        return Response(kept["data"], status=record.status, headers=headers)

    def lock(self) -> None:
        """Mark the call as running to the end of the transaction.

        Raises DomainError idempotency_in_progress while it runs elsewhere.
        """
        with connection.cursor() as cursor:
            cursor.execute(sql.TRY_LOCK, [int(self.namespace[:15], 16)])
            (locked,) = cursor.fetchone()
        if not locked:
            raise DomainError("idempotency_in_progress")

    def claim(self, name: str) -> None:
        """Say who runs the call from now on, until there is an answer in the place of it."""
        self._put(RUNNING, name)

    def keep(self, response: Response) -> None:
        """Keep a success for a day, as data, encrypted; secrets are never kept."""
        if not self.keeps or not 200 <= response.status_code < 300:  # noqa: PLR2004
            return
        answer = {"data": response.data, "headers": dict(response.headers)}
        self._put(response.status_code, json.dumps(answer, cls=JSONEncoder))

    def _put(self, status: int, answer: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                sql.KEEP_ANSWER,
                {
                    "namespace": self.namespace,
                    "fingerprint": self.fingerprint,
                    "status": status,
                    "answer": crypto.encrypt(answer),
                    "expires_at": timezone.now() + KEPT_FOR,
                },
            )


def call_of(view: EndpointView) -> Call | None:
    """The call that the request's Idempotency-Key makes repeatable; None without the header.

    None also for an action without effect. Raises DomainError validation_failed for a key that is
    malformed.
    """
    request = view.request
    key = request.META.get(KEY_HEADER)
    if key is None or not view.endpoint.has_effect:
        return None
    problem = ""
    if not WELL_FORMED.fullmatch(key):
        problem = gettext("1 to 255 visible ASCII characters are needed.")
    elif PLACEHOLDER.fullmatch(key):
        problem = gettext("This is a placeholder: send a key of your own, or none.")
    if problem:
        raise DomainError(
            "validation_failed",
            f"Idempotency-Key: {problem}",
            fields={"Idempotency-Key": [problem]},
        )
    fingerprint = _digest([_plain(view.given), request.META.get("QUERY_STRING", ""), _rights(view)])
    who = [*_caller(view, fingerprint), *_proofs(view)]
    namespace = _digest([*who, request.method, request.path_info, key])
    return Call(namespace, fingerprint, keeps=not view.endpoint.secret)


def _caller(view: EndpointView, fingerprint: str) -> list[Any]:
    """On whose behalf a call is repeated; never an address, which changes on the way.

    Where anybody may call it is told by what is proved. A call that proves nothing stands for
    itself: the same key with other content is another one's.
    """
    actor = view.actor
    if not view.endpoint.is_public:
        return ["key", actor.key_id, actor.user_id, actor.channel_id]
    return [] if any(_proofs(view)) else ["anybody", fingerprint]


def _rights(view: EndpointView) -> list[str]:
    """The scopes that count, since what an answer shows may depend on any of them.

    Whoever comes back with other ones is not given what was meant for the first ones.
    """
    return [] if view.endpoint.is_public else sorted(view.entered.scopes)


def _proofs(view: EndpointView) -> list[str]:
    """The booking token, quote and session that come with a call whose endpoint reads them.

    Whoever has not got them is given no answer that was given to who has.
    """
    contract, request = view.endpoint, view.request
    token = request.META.get(TOKEN_HEADER, "") if contract.booking_token else ""
    body = view.given if contract.uses_quote else None
    quote = body.get("quote") if isinstance(body, Mapping) else None
    session = [request.META.get(name, "") for name in SESSION_HEADERS] if contract.session else []
    return [token, str(quote or ""), *session]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, UploadedFile):
        digest = hashlib.sha256()
        for chunk in value.chunks():
            digest.update(chunk)
        value.seek(0)
        return [value.name, digest.hexdigest()]
    return value


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
