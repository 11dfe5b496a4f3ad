from __future__ import annotations

from oauth2_provider.models import clear_expired
from procrastinate.contrib.django import app


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="tokens_clear", pass_context=False)
def tokens_clear(timestamp: int) -> None:
    """Delete tokens that have expired."""
    clear_expired()
