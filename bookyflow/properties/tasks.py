from __future__ import annotations

from procrastinate.contrib.django import app

from bookyflow.core.acting import SYSTEM
from bookyflow.properties.picture_clearing import files_clear, pictures_clear
from bookyflow.properties.publication import completeness_refresh_all


@app.periodic(cron="41 * * * *")
@app.task(queueing_lock="completeness_check", pass_context=False)
def completeness_check(timestamp: int) -> None:
    """Look whether properties still have, or have meanwhile, all that visitors need to see."""
    completeness_refresh_all(by=SYSTEM)


@app.periodic(cron="11 3 * * *")
@app.task(queueing_lock="pictures_check", pass_context=False)
def pictures_check(timestamp: int) -> None:
    """Remove pictures of what there is no longer, and files that belong to no picture."""
    pictures_clear()
    files_clear()
