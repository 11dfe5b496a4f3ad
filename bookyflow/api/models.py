from __future__ import annotations

from django.db import models

from bookyflow.core.fields import EncryptedTextField


class IdempotencyRecord(models.Model):
    """The answer of a call that succeeded, for as long as its Idempotency-Key may be repeated.

    `namespace` is a digest of caller, method, path and key; `fingerprint` of body and query.
    `answer` is JSON of the answer's data and headers, to be rendered anew; of a call that commits
    item by item and has begun (status RUNNING), the name of who runs it.
    """

    namespace = models.CharField(max_length=64, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = EncryptedTextField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.namespace


class RequestLog(models.Model):
    """One call of a key pair, or one that failed: who, what, how it ended; never what was sent.

    Ids are plain numbers, so that an entry outlives what it names. `route` is the pattern of the
    path, `operation` the id in the document; both are empty for unknown paths. `body` maps the
    declared fields that were sent to their size. `is_replay`: the answer was kept from an earlier
    call with the same Idempotency-Key.
    """

    at = models.DateTimeField()
    request_id = models.CharField(max_length=128)
    key_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True, help_text="Whom the key acted for.")
    proxied_by = models.BigIntegerField(
        null=True, help_text="The key's owner, where it acted for somebody else."
    )
    channel_id = models.BigIntegerField(null=True)
    method = models.CharField(max_length=10)
    route = models.CharField(max_length=255)
    operation = models.CharField(max_length=100)
    status = models.PositiveSmallIntegerField()
    duration_ms = models.PositiveIntegerField()
    address = models.CharField(max_length=45)
    body = models.JSONField(default=dict)
    is_replay = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ("-at", "-id")
        indexes = [
            models.Index(fields=("at",), name="request_log_by_time"),
            models.Index(fields=("key_id", "at"), name="request_log_by_key"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.status}"


class RequestCount(models.Model):
    """Calls of a minute that no key pair made and that did not fail: how many of each kind.

    Anybody can make them, so that a row for each would let anybody fill the disk. `duration_ms` is
    that of all of them together; an unusual method is OTHER.
    """

    minute = models.DateTimeField()
    method = models.CharField(max_length=10)
    route = models.CharField(max_length=255)
    status = models.PositiveSmallIntegerField()
    calls = models.PositiveBigIntegerField()
    duration_ms = models.PositiveBigIntegerField()

    class Meta:
        ordering = ("-minute", "route", "method", "status")
        constraints = [
            models.UniqueConstraint(
                fields=("minute", "route", "method", "status"), name="request_count_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.calls} times {self.method} {self.route} {self.status}"
