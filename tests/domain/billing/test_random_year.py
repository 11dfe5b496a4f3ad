"""A random year of a random house: lines, nights, money, invoices and events always agree."""

from __future__ import annotations

import os
from collections import Counter

import hypothesis
import pytest
from hypothesis import HealthCheck
from hypothesis.stateful import run_state_machine_as_test

from benchmarks import years
from tests.domain.billing.year.changes import Alterations
from tests.domain.billing.year.desk import Desk
from tests.domain.billing.year.doors import Doors
from tests.domain.billing.year.house import build
from tests.domain.billing.year.money import Money
from tests.domain.billing.year.policy import Policy

pytestmark = pytest.mark.django_db
FEW, STEPS = 8, 30
LONG = 80  # steps of a year that script/soak lives


class Year(Doors, Alterations, Desk, Money, Policy):
    """All that may be done to bookings, in whatever order."""

    counts: Counter[str] = Counter()


def test_a_year(manager, record_property):
    """The same few years each time; others, and longer ones, with `script/soak --years`."""
    many = int(os.environ.get(years.YEARS, "0"))
    if many:
        hypothesis.seed(int(os.environ[years.SEED]))(Year)
    Year.house = build(manager)

    run_state_machine_as_test(
        Year,
        settings=hypothesis.settings(
            max_examples=many or FEW,
            stateful_step_count=LONG if many else STEPS,
            derandomize=not many,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

    for name, number in sorted(Year.counts.items()) if many else ():
        record_property("counted", f"{number:6} {name}")
    assert Year.counts["years"] >= (many or FEW)
