"""Every write, through whatever door, is in the change feed of the channels.

Doors are the endpoints, the pages and the admin. They write by services alone; each service has a
case in tests/contract/writes, and test_events.py looks for its events in a channel's feed.
"""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin

from bookyflow.api.checks import FeatureRoute, feature_routes
from bookyflow.api.contract import SAFE
from bookyflow.core.admin import ReadOnlyAdmin
from bookyflow.properties.models import Property
from tests.contract.test_events import EXEMPT, HELPER, services
from tests.contract.writes import CASES, name_of

ROOT = Path(__file__).parents[2]
SERVICES = {id(service): name for name, service in services().items()}
# Those of the table are in the feed; others that record nothing say there why.
RECORDED = {name_of(case.service) for case in CASES}
TOLD_WHY = {name for name, reason in EXEMPT.items() if reason != HELPER}

# Endpoints whose service has no actor, since what it writes concerns no property.
SILENT = {
    "booking.prolong": "Until when rooms are held is said with each answer, and in no event.",
    "booking.set_address": "What a visitor types is of no property before it is booked.",
    "booking.set_note": "What a visitor types is of no property before it is booked.",
    "cmf.admin_channel_create": "A channel is its user's, and of no property.",
    "cmf.admin_dictionary_items_map_save": "What a channel calls things is of no property.",
    "cmf.channel_announce": "A channel is its user's, and of no property.",
    "cmf.dictionary_items_map_save": "What a channel calls things is of no property.",
    "ical.read_calendar_now": "When a calendar is read changes nothing; what it says is told.",
    "messaging.add_attachment": "A file is nothing before a message is sent with it.",
    "messaging.is_read": "What somebody has read is that account's own affair.",
    "messaging.leave_group": "What somebody wants to see is that account's own affair.",
    "cmf.post_reservations_revisions_ack": "What a channel has read is its own affair.",
    "payments.start": "That a guest sets out to pay is in no feed; what becomes of the money is.",
}

# What Django's models are written by.
WRITES = {
    "save",
    "create",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "delete",
    "execute",
}


def writes() -> dict[str, FeatureRoute]:
    """The endpoints that have an effect, by the ids of their operations."""
    return {
        route.contract.name: route
        for route in feature_routes()
        if route.contract
        and route.method not in SAFE
        and route.contract.has_effect
        and route.view.__module__.startswith("features.")
    }


def called(function: Any, owner: Any = None) -> Iterator[Any]:
    """What a function names of its module; so do methods of its class, and what visitors do."""
    function = inspect.unwrap(function)
    known = vars(inspect.getmodule(function))
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        match node:
            case ast.Name(id=name) if name in known:
                one = known[name]
                yield one.func if isinstance(one, functools.partial) else one
                if inspect.isfunction(one) and name.startswith(("visitor_", "_")):
                    yield from called(one)
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                method = inspect.getattr_static(owner, name, None)
                if inspect.isfunction(method) and method.__module__.startswith("features."):
                    yield from called(method, owner)


def services_of(route: FeatureRoute) -> set[str]:
    """The write services that an endpoint calls, by name."""
    action = getattr(route.view, route.action)
    return {SERVICES[id(one)] for one in called(action, route.view) if id(one) in SERVICES}


def test_there_are_many_of_them():
    assert len(writes()) > 90


@pytest.mark.parametrize("name", sorted(writes().keys() - SILENT.keys()))
def test_an_endpoint_writes_by_a_service_that_is_in_the_feed(name):
    assert services_of(writes()[name]) & (RECORDED | TOLD_WHY)


def test_every_silent_one_is_needed():
    assert SILENT.keys() - writes().keys() == set()
    assert [name for name in SILENT if services_of(writes()[name])] == []


@pytest.mark.parametrize("folder", ["features", "bookyflow/web"])
def test_endpoints_and_pages_write_no_row_themselves(folder):
    files = [file for file in (ROOT / folder).rglob("*.py") if "migrations" not in file.parts]
    found = [
        f"{file.relative_to(ROOT)}: {ast.unparse(node)[:80]}"
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
    ]

    assert len(files) > 10
    assert found == []


def test_the_admin_writes_nothing_of_a_property_but_by_services():
    own = {"save_model", "delete_model", "delete_queryset"}
    past_the_services = [
        model.__name__
        for model, page in admin.site._registry.items()
        if is_of_a_property(model)
        and not isinstance(page, ReadOnlyAdmin)
        and not own <= vars(type(page)).keys()
    ]

    assert past_the_services == []


def is_of_a_property(model: Any) -> bool:
    """Whether it is the property, or something that always belongs to one."""
    return model is Property or any(
        field.related_model is Property and not field.null for field in model._meta.concrete_fields
    )
