"""Services take ids and lock what these name; only what they call takes objects, locked ones.

An object that a caller read before the lock says what was, and one that is half-built says less
than its class promises.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps

from tests.contract.test_events import EXEMPT, services

# The apps whose services keep to it; the others join as they are worked on, and none leaves.
APPS = {"billing", "channels", "favourites", "guests", "privacy", "properties", "reviews", "rooms"}

SERVICES = {
    name: service
    for name, service in services().items()
    if name.split(".")[1] in APPS and name not in EXEMPT
}


def models_taken(service: Callable[..., Any]) -> set[str]:
    """The names of the models that a service wants instances of."""
    ours = [one for one in apps.get_models() if one.__module__.startswith("bookyflow.")]
    known = {model.__name__ for model in ours}
    parameters = inspect.signature(service).parameters.values()
    return known & {word for one in parameters for word in re.findall(r"\w+", str(one.annotation))}


def test_every_app_in_the_list_has_services():
    assert {name.split(".")[1] for name in SERVICES} == APPS


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_takes_no_model(name):
    assert models_taken(SERVICES[name]) == set()
