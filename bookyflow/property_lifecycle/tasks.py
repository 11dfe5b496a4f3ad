from __future__ import annotations

from procrastinate.contrib.django import app

from bookyflow.core.acting import SYSTEM
from bookyflow.property_lifecycle.publication import completeness_refresh_all


@app.periodic(cron="41 * * * *")
@app.task(queueing_lock="completeness_check", pass_context=False)
def completeness_check(timestamp: int) -> None:
    """Look whether properties still have, or have meanwhile, all that visitors need to see."""
    completeness_refresh_all(by=SYSTEM)
