from __future__ import annotations

from django.conf import settings
from django.db import models

from bookyflow.accounts.models import KeyPair
from bookyflow.ari.rows import Mode
from bookyflow.channels.models import Channel
from bookyflow.core.choices import choices_of


class AriJob(models.Model):
    """Rows that a channel has sent to be carried out later, part by part, and by whom.

    `key` and `user` act for it as long as they may, and the key has the `scope` that it came by:
    without them it is stopped, and what is done by then stays.
    """

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.ForeignKey(KeyPair, models.CASCADE, related_name="+")
    scope = models.CharField(max_length=60)
    proxied_by = models.BigIntegerField(null=True)
    mode = models.CharField(max_length=10, choices=choices_of(Mode))
    rows = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    is_stopped = models.BooleanField(default=False)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"job {self.pk} of channel {self.channel_id}"


class AriPart(models.Model):
    """Some rows of a job, in their order, carried out in one transaction; then their results.

    `content` is the rows as `rows_json` writes them, and empty once there are results.
    """

    job = models.ForeignKey(AriJob, models.CASCADE, related_name="parts")
    first = models.PositiveIntegerField(help_text="The place of its first row in the job.")
    rows = models.PositiveIntegerField()
    content = models.JSONField()
    results = models.JSONField(null=True)

    class Meta:
        ordering = ("job", "first")
        constraints = [models.UniqueConstraint(fields=("job", "first"), name="ari_part_once")]

    def __str__(self) -> str:
        return f"rows from {self.first} of job {self.job_id}"
