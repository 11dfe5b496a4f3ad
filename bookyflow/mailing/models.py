from __future__ import annotations

from django.db import models


class MailCount(models.Model):
    """How many mails an address has been sent on a day, in UTC.

    `recipient` is a keyed digest of address and kind of mail: the address itself is not kept.
    """

    recipient = models.CharField(max_length=64)
    day = models.DateField()
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("recipient", "day"), name="mail_count_once_a_day"),
        ]
        indexes = [models.Index(fields=("day",), name="mail_count_by_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.number}"
