from __future__ import annotations

from django.db import models

from bookyflow.core.fields import EncryptedTextField


class IdempotencyRecord(models.Model):
    """The answer of a call that succeeded, for as long as its Idempotency-Key may be repeated.

    `namespace` is a digest of caller, method, path and key; `fingerprint` of body and query.
    `answer` is JSON of the answer's data and headers, to be rendered anew.
    """

    namespace = models.CharField(max_length=64, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = EncryptedTextField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.namespace
