"""What a test key has tried out already, as its calls and events tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookyflow.accounts.models import KeyPair
from bookyflow.api.selectors import operations_done, replayed_at
from bookyflow.events.models import EventKind
from bookyflow.events.selectors import kinds_caused
from bookyflow.properties.selectors import Reach, reachable
from bookyflow.webhooks.selectors import delivered_at


@dataclass(frozen=True)
class Check:
    """Something that a client should have done once: how it is called, and what shows that it was.

    `operations` are names of the document and `kinds` those of events; any of them will do.
    """

    title: str | Promise
    call: str
    hint: str | Promise
    operations: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Checked:
    """A check, and when the key pair was last seen to do so; None for never."""

    check: Check
    seen_at: datetime | None


ANNOUNCED = Check(
    _("Announced itself as a channel"),
    "POST /cmf/channel/announce/{channel_name}/{friendly_name}",
    _("Then send the name in X-BOOKYFLOW-channel-name with each call."),
    operations=frozenset({"cmf.channel_announce"}),
)
MAPPED = Check(
    _("Mapped its own ids to ours"),
    "PUT /cmf/property/remote/id",
    _("Or /cmf/dictionary/items/map for types, /cmf/property/cross/reference for single things."),
    operations=frozenset(
        {
            "cmf.put_property_remote_id",
            "cmf.dictionary_items_map_save",
            "cmf.put_property_cross_reference",
        }
    ),
)
PRICED = Check(
    _("Wrote prices"),
    "PUT /cmf/ari",
    _("Prices, conditions and rooms to sell in bulk; /cmf/property/prices for single ones."),
    kinds=frozenset({EventKind.TARIFFS_UPDATED}),
)
BOOKED = Check(
    _("Made a booking"),
    "PUT /cmf/reservations/add",
    _("Under the channel's own id, which makes it safe to send twice."),
    kinds=frozenset({EventKind.BOOKING_ADDED, EventKind.BOOKING_ENQUIRED}),
)
MODIFIED = Check(
    _("Changed a booking"),
    "PUT /cmf/reservations/modify",
    _("Other nights, rooms or people of one that was made before."),
    kinds=frozenset({EventKind.BOOKING_MODIFIED}),
)
CANCELLED = Check(
    _("Cancelled a booking"),
    "PUT /cmf/reservations/cancel",
    _("The rooms are free again at once."),
    kinds=frozenset({EventKind.BOOKING_CANCELLED}),
)
ACKNOWLEDGED = Check(
    _("Acknowledged what happened to bookings"),
    "POST /cmf/reservations/revisions/ack",
    _("After GET /cmf/reservations/revisions, once they are stored on the other side."),
    operations=frozenset({"cmf.post_reservations_revisions_ack"}),
)
REPEATED = Check(
    _("Repeated a call without doing it twice"),
    "Idempotency-Key: …",
    _("Send the same call with the same key again, as after a connection that broke."),
)
TOLD = Check(
    _("Received a webhook"),
    "POST /webhooks/endpoints",
    _("Verify the signature of what comes, and answer with a success."),
)


def checklist(key: KeyPair) -> list[Checked]:
    """What a test key has tried out, as far as the log of calls and that of events reach back.

    Five queries.
    """
    done = operations_done(key_id=key.pk)
    caused = kinds_caused(property_ids=_property_ids(key), key_id=key.pk)
    found = [
        Checked(check, _latest(check, done, caused))
        for check in (ANNOUNCED, MAPPED, PRICED, BOOKED, MODIFIED, CANCELLED, ACKNOWLEDGED)
    ]
    return [
        Checked(_TOKEN, _token_at(key)),
        *found,
        Checked(REPEATED, replayed_at(key_id=key.pk)),
        Checked(TOLD, delivered_at(owner_id=key.user_id or 0, is_test=True)),
    ]


_TOKEN = Check(
    _("Asked for a token"),
    "POST /oauth/token",
    _("With client id and secret; good for an hour and for many calls."),
)


def _token_at(key: KeyPair) -> datetime | None:
    used = key.secrets.aggregate(at=Max("last_used_at"))["at"]
    return used if isinstance(used, datetime) else None


def _property_ids(key: KeyPair) -> list[int]:
    owner = key.user
    if owner is None:
        return []
    reach = Reach(owner.pk, owner.access_level, key.pk, key.all_properties, is_test=key.is_test)
    return list(reachable(reach).values_list("pk", flat=True))


def _latest(
    check: Check, done: Mapping[str, datetime], caused: Mapping[str, datetime]
) -> datetime | None:
    seen = [done[name] for name in check.operations & done.keys()]
    seen += [caused[kind] for kind in check.kinds & caused.keys()]
    return max(seen, default=None)
