"""Each write service records its events, one per change, and none where nothing changes.

A service is a public function of a domain app with a parameter `by: Actor`. One that is neither in
the table of tests/contract/writes nor exempt fails here.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from jsonschema_rs import Draft202012Validator

import bookyflow
from bookyflow.accounts.models import AccessLevel
from bookyflow.channels.change_log import change_log, oldest
from bookyflow.channels.models import ChannelProperty
from bookyflow.channels.selectors import logged_through
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event, EventKind
from bookyflow.events.selectors import LARGEST_PAGE, FeedItem
from bookyflow.properties.models import Property
from bookyflow.properties.selectors import Reach
from bookyflow.webhooks.payload import message_of, message_schema
from tests.contract import writes
from tests.contract.writes import CASES, Case, World, name_of

for _module in pkgutil.iter_modules(writes.__path__, f"{writes.__name__}."):
    importlib.import_module(_module.name)  # it fills the table

APPS = {
    "accounts",
    "ari",
    "properties",
    "rooms",
    "guests",
    "tariffs",
    "pictures",
    "availability",
    "pricing",
    "reservations",
    "property_lifecycle",
    "property_settings",
    "billing",
    "calendars",
    "booking_sessions",
    "payments",
    "reviews",
    "messaging",
    "privacy",
    "team",
    "favourites",
    "channels",
    "webhooks",
    "importing",
}
# Fields of an event that feeds show as they are.
SHARED = [
    "id",
    "kind",
    "property_id",
    "actor_kind",
    "user_id",
    "channel_id",
    "is_test",
    "data",
    "at",
    "position",
]
SUPER_MANAGER = AccessLevel.SUPER_MANAGER
NO_SERVICES = {"selectors", "models", "admin", "tasks", "sql", "migrations", "management"}

# Of the guests and texts in the table: events name fields, and tell nothing of their values.
PERSONAL = re.compile(r"Ada|Lovelace|Grace|Hopper|guest\.example|Ulm|Paris|Lovely|Kind\.")

HELPER = "Part of services that record what it does."
LOGGED = "Of no property; written to the log of the process."
NO_KIND = "The catalogue has no event for it."
JOB = "Its job records what it does, in the same name."
IMPORT = "Made of services of many properties; tests/importing has its events."
EXEMPT = {
    "bookyflow.accounts.services.key_pair_create": LOGGED,
    "bookyflow.accounts.services.key_pair_change": LOGGED,
    "bookyflow.accounts.services.key_pair_revoke": LOGGED,
    "bookyflow.accounts.services.key_pair_delete": LOGGED,
    "bookyflow.accounts.services.key_secret_add": LOGGED,
    "bookyflow.accounts.services.key_secret_retire": LOGGED,
    "bookyflow.accounts.second_factors.second_factors_remove": LOGGED,
    "bookyflow.accounts.site.site_settings_save": LOGGED,
    "bookyflow.accounts.users.user_updated": HELPER,
    "bookyflow.ari.jobs.ari_job_add": NO_KIND,
    "bookyflow.ari.services.changes_write": HELPER,
    "bookyflow.availability.reassignment.stays_reassign": HELPER,
    "bookyflow.channels.links.property_updated": HELPER,
    "bookyflow.favourites.services.favourite_remove": NO_KIND,
    "bookyflow.availability.services.rooms_choose": HELPER,
    "bookyflow.availability.services.rooms_clear": HELPER,
    "bookyflow.channels.booking_links.links_cancel": HELPER,
    "bookyflow.channels.reservations.book_stay": HELPER,
    "bookyflow.guests.profiles.guest_touched": HELPER,
    "bookyflow.importing.prices.first_prices": IMPORT,
    "bookyflow.importing.services.listings_import": IMPORT,
    "bookyflow.importing.updates.updates_write": IMPORT,
    "bookyflow.billing.issuing.issue": HELPER,
    "bookyflow.billing.ledger.payment_add": HELPER,
    "bookyflow.billing.ledger.payment_note": HELPER,
    "bookyflow.billing.ledger.refund_add": HELPER,
    "bookyflow.billing.ledger.reversal_add": HELPER,
    "bookyflow.properties.access.key_pair_create_for": LOGGED,
    "bookyflow.team.invitations.invitation_send": NO_KIND,
    "bookyflow.team.invitations.invitation_withdraw": NO_KIND,
    "bookyflow.team.roles.may_give": HELPER,
    "bookyflow.pictures.fetching.image_fetch_request": JOB,
    "bookyflow.properties.services.approval_withdraw": HELPER,
    "bookyflow.property_lifecycle.publication.completeness_refresh_all": HELPER,
    "bookyflow.reservations.journal.close": HELPER,
    "bookyflow.reservations.journal.record_history": HELPER,
    "bookyflow.reservations.journal.transition": HELPER,
    "bookyflow.reservations.creation.booking_add": HELPER,
    "bookyflow.reservations.journal.record_event": HELPER,
    "bookyflow.reservations.journal.step": HELPER,
    "bookyflow.reservations.lifecycle.deposit_settled": HELPER,
    "bookyflow.reservations.mails.mails_queue": HELPER,
    "bookyflow.reservations.many_blocks.blocks_add": HELPER,
    "bookyflow.reservations.many_blocks.blocks_drop": HELPER,
    "bookyflow.reservations.many_blocks.blocks_replace": HELPER,
    "bookyflow.reservations.services.booking_fill": HELPER,
    "bookyflow.reservations.services.booking_finish": HELPER,
    "bookyflow.reservations.taking.rooms_find": HELPER,
    "bookyflow.reservations.taking.rooms_take": HELPER,
    "bookyflow.reviews.services.review_confirm": NO_KIND,
    "bookyflow.reviews.services.review_report": NO_KIND,
    "bookyflow.tariffs.services.tariffs_changed": HELPER,
    "bookyflow.tariffs.services.tariffs_record": HELPER,
    "bookyflow.tariffs.writing.tariff_write": HELPER,
    "bookyflow.webhooks.log.deliveries_replay": LOGGED,
    "bookyflow.webhooks.log.delivery_resend": LOGGED,
    "bookyflow.webhooks.log.trial_send": LOGGED,
    "bookyflow.webhooks.services.webhook_add": LOGGED,
    "bookyflow.webhooks.services.webhook_change": LOGGED,
    "bookyflow.webhooks.services.webhook_delete": LOGGED,
    "bookyflow.webhooks.services.webhook_lock": HELPER,
    "bookyflow.webhooks.services.webhook_secret_replace": LOGGED,
    "bookyflow.webhooks.services.webhook_switch": LOGGED,
}


def services() -> dict[str, Callable[..., Any]]:
    """Every write service by its dotted name."""
    return {name_of(one): one for module in modules() for one in written_in(module)}


def modules() -> Iterator[Any]:
    for found in pkgutil.walk_packages(bookyflow.__path__, "bookyflow."):
        parts = found.name.split(".")
        if parts[1] in APPS and not NO_SERVICES & set(parts[2:]):
            yield importlib.import_module(found.name)


def written_in(module: Any) -> Iterator[Callable[..., Any]]:
    for name, member in vars(module).items():
        if (
            inspect.isfunction(member)
            and member.__module__ == module.__name__
            and not name.startswith("_")
            and acts(member)
        ):
            yield member


def acts(function: Callable[..., Any]) -> bool:
    by = inspect.signature(function).parameters.get("by")
    return by is not None and by.annotation in {"Actor", "Actor | None", Actor}


def test_every_write_service_is_in_the_table():
    assert services().keys() - {case.name for case in CASES} - EXEMPT.keys() == set()


def test_every_exemption_is_needed():
    assert EXEMPT.keys() - services().keys() == set()
    assert EXEMPT.keys() & {case.name for case in CASES} == set()


def test_the_table_holds_write_services_and_kinds_of_the_catalogue():
    assert {case.name for case in CASES} - services().keys() == set()
    assert {kind for case in CASES for kind in case.kinds} <= set(EventKind.values)


@pytest.fixture
def world(hotel, manager, stranger, channel, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    by = Actor(user_id=manager.pk, key_id=5, proxied_by=stranger.pk)
    return World(hotel, manager, stranger, channel, by)


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.removeprefix("bookyflow."))
def test_a_change_is_recorded_and_nothing_else_is(case: Case, world: World):
    calls = case.calls(world)
    change = next(calls)
    Event.objects.all().delete()

    change()

    events = list(Event.objects.order_by("id"))
    assert tuple(event.kind for event in events) == case.kinds
    assert all(event.property_id or event.subject_kind == "user" for event in events)
    assert not [event.data for event in events if PERSONAL.search(json.dumps(event.data))]
    kinds_told = [event.kind for event in events if event.property_id]
    assert told(world) == kinds_told
    for event in events:
        described(event)
    who = (world.by.user_id, world.by.key_id, world.by.proxied_by)
    assert {(event.user_id, event.key_id, event.proxied_by) for event in events} == {who}
    for call in calls:
        before = Event.objects.count()
        nothing(call)
        assert Event.objects.count() == before


def told(world: World) -> list[str]:
    """What a channel that works with all properties reads in its change feed."""
    Event.objects.filter(position=None).update(position=F("id"))  # events.numbering has its tests
    unlinked = Property.objects.exclude(channel_links__channel=world.channel)
    ChannelProperty.objects.bulk_create(
        ChannelProperty(channel=world.channel, property=prop) for prop in unlinked
    )
    reach = Reach(world.manager.pk, SUPER_MANAGER, 0, all_properties=True, is_test=False)
    found = logged_through(reach=reach, channel=world.channel.pk, since=oldest())
    page = change_log(
        property_ids=found.values_list("pk", flat=True),
        channel_id=world.channel.pk,
        cursor="",
        limit=LARGEST_PAGE,
    )
    return [change.event.kind for change in page.changes]


def described(event: Event) -> None:
    """Fail where the message of an event differs from its schema."""
    schema = message_schema(EventKind(event.kind))
    Draft202012Validator(schema).validate(message_of(as_shown(event)))


def as_shown(event: Event) -> FeedItem:
    """The event as feeds show it."""
    shared = {name: getattr(event, name) for name in SHARED}
    subject = (event.subject_kind, event.subject_id)
    return FeedItem(subject=subject, sequence=event.subject_sequence, **shared)


def nothing(call: Callable[[], Any]) -> None:
    """Make a call that is refused, or finds that all is so already."""
    try:
        with transaction.atomic():
            call()
    except (DomainError, ValidationError):
        return
