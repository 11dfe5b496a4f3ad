"""The administrators of the site are told of new properties that wait for them."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.accounts.models import SiteSettings
from bookyflow.core.acting import Actor
from bookyflow.properties.models import Property, PropertyType
from bookyflow.property_lifecycle.opening import property_open
from bookyflow.property_lifecycle.tasks import approval_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(user_with_level):
    """Add a property, and let the worker send what is queued; its mails."""
    user_with_level(90, username="boss", email="boss@site.example")
    kind, _ = PropertyType.objects.get_or_create(name="Hotel")

    def add(by: Actor, *, approves: bool, **after: object):
        SiteSettings.objects.update_or_create(defaults={"approves_automatically": approves})
        prop = property_open(
            owner_id=by.user_id,
            language="en-GB",
            texts={},
            name="New House",
            country="GB",
            property_type_id=kind.pk,
            by=by,
        )
        Property.objects.filter(pk=prop.pk).update(**after)
        for queued in ProcrastinateJob.objects.filter(task_name=approval_mail.name):
            approval_mail(**queued.args)
        return prop

    return add


def test_a_property_that_waits_is_told_of(opened, manager, mailoutbox):
    prop = opened(Actor(user_id=manager.pk), approves=False)

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["boss@site.example"], "New property to approve: New House")
    assert f"New House (property {prop.pk})" in mail.body


def test_nobody_is_told_of_what_does_not_wait(opened, manager, super_manager, mailoutbox):
    by = Actor(user_id=manager.pk)

    opened(by, approves=True)
    opened(Actor(user_id=super_manager.pk), approves=False)
    opened(Actor(user_id=manager.pk, is_test=True), approves=False)
    opened(by, approves=False, is_approved=True)

    assert not mailoutbox
