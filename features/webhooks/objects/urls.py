"""GET /webhooks/{property_uid}/{event}/{id}: where the messages of events lead to.

Documented are the paths of the interface. Events that it has no path for are read by that of
another one, under their own name as well, so that a receiver can put each together.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path

from bookyflow.api.routes import also
from bookyflow.events.models import EventKind as Kind
from features.webhooks.objects.views.bookings import Blocks, Bookings, Notes
from features.webhooks.objects.views.guests import Guests, GuestTypes
from features.webhooks.objects.views.properties import Properties, Reviews
from features.webhooks.objects.views.sales import Extras, Invoices, Rates, Rooms

# View, the rest of the path, and its actions, each with the events that are read by it besides.
ROUTES: tuple[tuple[Any, str, dict[str, tuple[Kind, ...]]], ...] = (
    (
        Bookings,
        "/<uid:contract_uid>",
        {
            "booking_added": (Kind.BOOKING_ENQUIRED,),
            "booking_modified": (Kind.ROOM_MOVED,),
            "booking_cancelled": (Kind.BOOKING_MARKED_NOSHOW,),
            "deposit_saved": (Kind.PAYMENT_RECEIVED, Kind.PAYMENT_REVERSED),
            "guest_checkedin": (),
            "guest_checkedin_undone": (),
            "guest_checkedout": (),
            "guest_checkedout_undone": (),
        },
    ),
    (Blocks, "/<uid:contract_uid>", {"blackbooking_added": (), "blackbooking_deleted": ()}),
    (
        Notes,
        "/<uid:note_uid>",
        {"booking_note_save": (Kind.BOOKING_NOTE_SAVED,), "booking_note_deleted": ()},
    ),
    (Extras, "/<uid:extra_uid>", {"extra_saved": (), "extra_deleted": ()}),
    (
        Guests,
        "/<uid:guest_uid>",
        {
            "guest_saved": (Kind.GUEST_UPDATED, Kind.GUEST_REFUSED),
            "guest_deleted": (Kind.GUEST_ANONYMISED,),
        },
    ),
    (GuestTypes, "/<uid:guest_type_uid>", {"guest_type_saved": (), "guest_type_deleted": ()}),
    (
        Invoices,
        "/<uid:invoice_uid>",
        {"invoice_saved": (Kind.INVOICE_CREATED, Kind.INVOICE_UPDATED), "invoice_cancelled": ()},
    ),
    (Rooms, "/<uid:room_uid>", {"room_added": (), "room_updated": (), "room_deleted": ()}),
    (
        Reviews,
        "/<uid:review_uid>",
        {
            "review_saved": (Kind.REVIEW_REPLIED,),
            "review_published": (),
            "review_unpublished": (),
            "review_deleted": (),
        },
    ),
    (
        Properties,
        "",
        {
            "property_added": (Kind.PROPERTY_CREATED,),
            "property_saved": (
                Kind.PROPERTY_UPDATED,
                Kind.PROPERTY_APPROVED,
                Kind.PROPERTY_UNAPPROVED,
                Kind.PROPERTY_COMPLETED,
                Kind.PROPERTY_INCOMPLETED,
                Kind.PROPERTY_STATE_CHANGE,
            ),
            "property_published": (),
            "property_unpublished": (),
            "property_deleted": (),
            "property_settings_updated": (),
            "rooms_multiple_added": (Kind.ROOMS_MULTIPLE_DELETED,),
        },
    ),
    (Rates, "", {"tariffs_updated": ()}),
)


def _patterns() -> Iterator[URLPattern]:
    for view, rest, actions in ROUTES:
        for action, events in actions.items():
            yield path(f"<uid:property_uid>/{action}{rest}", view.as_view({"get": action}))
            for event in events:
                yield also(f"<uid:property_uid>/{event.value}{rest}", view, {"get": action})


urlpatterns = list(_patterns())
