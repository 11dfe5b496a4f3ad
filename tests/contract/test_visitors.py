"""A visitor is never the installation: what asks who is acting refuses somebody without an account.

A service asks when `acts_as_super_manager` or `acting_user` is called in it, or in a private
function of its module that it calls. One that is missing in the table fails here.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.accounts.site import site_settings_save
from bookyflow.core.acting import SYSTEM, VISITOR, Actor
from bookyflow.core.errors import DomainError
from bookyflow.properties.custom_fields import custom_field_delete, custom_field_save
from bookyflow.properties.editing import property_change
from bookyflow.properties.models import CustomField, Property
from bookyflow.properties.services import property_texts_save
from bookyflow.property_lifecycle.deletion import property_delete
from bookyflow.property_lifecycle.opening import property_open
from bookyflow.property_lifecycle.publication import (
    property_approve,
    property_publish,
    property_unapprove,
)
from bookyflow.property_lifecycle.tasks import approval_mail
from bookyflow.rooms.room_types import room_type_save
from bookyflow.team.invitations import invitation_send
from bookyflow.team.roles import may_give, staff_dismiss, staff_level_set
from tests.contract.test_events import services
from tests.contract.writes import name_of
from tests.domain.properties.conftest import furnish

pytestmark = pytest.mark.django_db

QUESTIONS = {"acts_as_super_manager", "acting_user"}

Calls = dict[Callable[..., Any], dict[str, Any]]

# What they are called with, beside the property and `by`.
REFUSING: Calls = {
    custom_field_delete: {"property_id": None, "field_id": 0},
    custom_field_save: {
        "property_id": None,
        "purpose": "property",
        "name": "pets",
        "answer": "text",
    },
    property_approve: {},
    property_delete: {},
    property_publish: {},
    property_unapprove: {},
    room_type_save: {"name": "Tower room"},
}
# For these the approval of the property is withdrawn, where the site approves by hand.
WITHDRAWING: Calls = {
    property_change: {"values": {"town": "Ulm"}},
    property_texts_save: {"language": "en-GB", "texts": {"property_name": "Other"}},
}

# What a team has is changed by one of the team.
TEAM = {
    invitation_send: lambda prop, user: {
        "property_id": prop.pk,
        "email": "new@house.example",
        "level": 50,
        "page": "https://house.example/",
    },
    may_give: lambda prop, user: {"level": 50},
    staff_dismiss: lambda prop, user: {"property_id": prop.pk, "user_id": user.pk},
    staff_level_set: lambda prop, user: {"property_id": prop.pk, "user_id": user.pk, "level": 50},
}

# Administrators are told of what it makes, where the site approves by hand.
TELLING = property_open


@pytest.fixture
def ready(hotel) -> Property:
    by_hand = {"approves_automatically": False, "own_room_types_allowed": False}
    site_settings_save(values=by_hand, by=SYSTEM)
    furnish(hotel)
    Property.objects.update(is_published=False)
    return hotel


def call(service: Callable[..., Any], prop: Property, by: Actor, arguments: dict[str, Any]) -> None:
    takes_id = "property_id" in inspect.signature(service).parameters
    where = {"property_id": prop.pk} if takes_id else {"prop": prop}
    with transaction.atomic():
        service(**where | {"by": by} | arguments)


@pytest.mark.parametrize("service", REFUSING, ids=name_of)
def test_a_visitor_is_refused(ready, service):
    with pytest.raises(DomainError) as error:
        call(service, ready, VISITOR, REFUSING[service])

    assert error.value.key in {"forbidden", "not_authenticated"}


@pytest.mark.parametrize("service", TEAM, ids=name_of)
def test_a_visitor_changes_no_team(ready, manager, service):
    with pytest.raises(DomainError) as error, transaction.atomic():
        service(**TEAM[service](ready, manager), by=VISITOR)

    assert error.value.key in {"forbidden", "not_authenticated"}


@pytest.mark.parametrize("service", REFUSING, ids=name_of)
def test_the_installation_is_not(ready, service):
    arguments = REFUSING[service]
    if service is custom_field_delete:
        field = CustomField.objects.create(purpose="property", name="lift", answer="text")
        arguments = {**arguments, "field_id": field.pk}

    call(service, ready, SYSTEM, arguments)


@pytest.mark.parametrize("service", WITHDRAWING, ids=name_of)
@pytest.mark.parametrize("by", [VISITOR, SYSTEM], ids=lambda by: by.kind)
def test_what_a_visitor_changes_is_approved_anew(ready, service, by):
    call(service, ready, by, WITHDRAWING[service])

    assert Property.objects.get(pk=ready.pk).is_approved is (by == SYSTEM)


@pytest.mark.parametrize("by", [VISITOR, SYSTEM], ids=lambda by: by.kind)
def test_administrators_are_told_of_what_a_visitor_adds(ready, manager, by):
    prop = property_open(
        owner_id=manager.pk,
        language="en-GB",
        texts={},
        name="New House",
        country="GB",
        property_type_id=ready.property_type_id,
        by=by,
    )

    told = ProcrastinateJob.objects.filter(task_name=approval_mail.name)
    expected = [{"property_id": prop.pk}] if by == VISITOR else []
    assert [job.args for job in told] == expected


def test_every_service_that_asks_who_is_acting_is_in_the_table():
    asking = {name for name, service in services().items() if asks(service)}

    assert asking == {name_of(service) for service in (*REFUSING, *WITHDRAWING, *TEAM, TELLING)}


def asks(service: Callable[..., Any]) -> bool:
    module = inspect.getmodule(service)
    private = {
        name: member
        for name, member in vars(module).items()
        if name.startswith("_") and inspect.isfunction(member)
    }
    left, seen = [inspect.unwrap(service)], set()
    while left:
        named = names_in(left.pop()) - seen
        seen |= named
        left += [private[name] for name in named & private.keys()]
    return not QUESTIONS.isdisjoint(seen)


def names_in(function: Callable[..., Any]) -> set[str]:
    tree = ast.parse(inspect.getsource(function).lstrip())
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
