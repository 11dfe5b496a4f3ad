from __future__ import annotations

from typing import Any

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from bookyflow.pictures.clearing import files_clear, pictures_clear
from bookyflow.pictures.fetching import TRIES, fetches_clear, image_fetch_run

# Half a minute to five minutes lie between the tries. Mails go first.
_AGAIN = RetryStrategy(max_attempts=TRIES - 1, exponential_wait=6, wait=30)


@app.task(retry=_AGAIN, pass_context=True, priority=-1)
def image_fetch(context: JobContext, fetch_id: int, by: dict[str, Any]) -> None:
    """Fetch the picture at an address, for whoever has asked for it."""
    is_last = context.job.attempts >= TRIES - 1
    image_fetch_run(fetch_id=fetch_id, by=by, is_last=is_last)


@app.periodic(cron="11 3 * * *")
@app.task(queueing_lock="pictures_check", pass_context=False)
def pictures_check(timestamp: int) -> None:
    """Remove pictures of what there is no longer, and files that belong to no picture."""
    pictures_clear()
    files_clear()
    fetches_clear()
