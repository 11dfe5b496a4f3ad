from __future__ import annotations

from procrastinate.contrib.django import app

from bookyflow.pictures.clearing import files_clear, pictures_clear


@app.periodic(cron="11 3 * * *")
@app.task(queueing_lock="pictures_check", pass_context=False)
def pictures_check(timestamp: int) -> None:
    """Remove pictures of what there is no longer, and files that belong to no picture."""
    pictures_clear()
    files_clear()
