"""Dealing with many things that have nothing to do with each other, as jobs do."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import transaction

from bookyflow.core.outages import is_outage

T = TypeVar("T")

logger = logging.getLogger(__name__)


def each(due: Iterable[T], deal: Callable[[T], bool]) -> int:
    """Deal with things one by one, each in a transaction of its own; returns how many it was.

    One at fault is undone and logged, and does not keep the others back; `deal` says whether there
    was something to do. An outage of the database is raised, since it would meet all of them.
    """
    done = 0
    for one in due:
        try:
            with transaction.atomic():
                done += deal(one)
        except Exception as error:
            if is_outage(error):
                raise
            logger.warning("%r: %s", one, type(error).__name__, exc_info=True)
    return done
