"""What the message of each kind of event tells: the one place that says so.

Whatever else an event of the log holds stays with us. Fields are JSON Schemas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from bookyflow.events.added import AnyKind
from bookyflow.events.models import EventKind

Schema = Mapping[str, Any]


def _id(description: str) -> Schema:
    return {"type": "integer", "minimum": 1, "description": description}


def _ids(description: str) -> Schema:
    items = {"type": "integer", "minimum": 1}
    return {"type": "array", "items": items, "description": description}


def _names(description: str) -> Schema:
    return {"type": "array", "items": {"type": "string"}, "description": description}


def _text(description: str, *values: str) -> Schema:
    choice = {"enum": list(values)} if values else {}
    return {"type": "string", **choice, "description": description}


def _date(description: str) -> Schema:
    return {"type": "string", "format": "date", "description": description}


def _number(description: str) -> Schema:
    return {"type": "integer", "description": description}


def _flag(description: str) -> Schema:
    return {"type": "boolean", "description": description}


@dataclass(frozen=True)
class Told:
    """A field of a message: its schema, and what the log calls it where that is another name."""

    schema: Schema
    source: str = ""
    needed: bool = True


@dataclass(frozen=True)
class Subject:
    """What an event is about: the name of its id in messages, and the schema of that."""

    name: str
    schema: Schema


SUBJECTS: Mapping[str, Subject] = MappingProxyType(
    {
        "booking": Subject("contract_uid", _id("The booking, block or hold.")),
        "calendar": Subject("calendar_uid", _id("The calendar that is read.")),
        "calendar_feed": Subject("feed_uid", _id("The calendar that others read.")),
        "channel": Subject("channel_id", _id("The channel.")),
        "coupon": Subject("coupon_id", _id("The coupon.")),
        "custom_field": Subject("custom_field_id", _id("The custom field.")),
        "extra": Subject("extras_uid", _id("The extra.")),
        "guest": Subject("guest_uid", _id("The guest.")),
        "guest_type": Subject("guest_type_uid", _id("The guest type.")),
        "message": Subject("message_id", _id("The message.")),
        "invoice": Subject("invoice_uid", _id("The invoice or credit note.")),
        "property": Subject("property_uid", _id("The property.")),
        "review": Subject("review_uid", _id("The review.")),
        "room": Subject("room_uid", _id("The room.")),
        "room_type": Subject("room_type_id", _id("The room type.")),
        "user": Subject("manager_id", _id("The account.")),
    }
)


@dataclass(frozen=True)
class Kind:
    """The messages of one kind of event: what they are about, and what else they tell.

    `reads` is how GET /webhooks/{property_uid}/… shows the object: by the id of the subject
    (`SUBJECT`), by another field that is named, for the property as a whole (`WHOLE`), or not at
    all (""). `named` is the name of the subject's id where it is another than in SUBJECTS.
    """

    subject: str
    fields: Mapping[str, Told] = field(default_factory=dict)
    reads: str = ""
    named: str = ""

    @property
    def id_name(self) -> str:
        """What messages call the id of the subject."""
        return self.named or SUBJECTS[self.subject].name


SUBJECT, WHOLE = "subject", "whole"

_BOOKING = Kind("booking", reads=SUBJECT)
_MONEY = Told(_id("The payment."))
_CONTRACT = Told(_id("The booking."))
_CHANGED = Told(_names("What was changed, by its names."), needed=False)
_GUEST_FIELDS = Told(_names("What was changed, by its names."), source="fields", needed=False)
_LEVEL = Told(_number("The access level: 50 receptionist, 70 manager, 90 super manager."))
_PICTURE = {
    "resource_type": Told(_text("What it shows.")),
    "room_uid": Told({**_id("The room."), "type": ["integer", "null"]}, needed=False),
    "room_type_id": Told(_id("The room type."), needed=False),
    "extras_uid": Told(_id("The extra."), source="extra_uid", needed=False),
}
_SET_ASIDE = Told(_names("The rules that staff have set aside."), needed=False)
_GROUP = Told(_id("The conversation."))
_ONLINE = {
    "provider": Told(_text("By which way it came: stripe, manual.")),
    "amount": Told(_text("What was asked for; decimal.")),
    "currency": Told(_text("In which currency.")),
}
_CAME = {
    "came": Told(_text("How much came; decimal.")),
    "came_in": Told(_text("In which currency it came.")),
}
_LATE = Told(_text("Why no booking can take it."))
_ROOMS = Told(_ids("The rooms."))
_WEEKDAY = {"changeover_day_of_week": Told(_number("The weekday as the settings number it."))}
_NOTE = {"note_id": Told(_id("The note."))}
_MOVE = {
    "type": "object",
    "properties": {"from": _id("The room left."), "to": _id("The room moved to.")},
    "required": ["from", "to"],
    "additionalProperties": False,
}
_GUEST_TYPE = {  # as it was, since it is gone
    "type": Told(_text("Its name."), "name", needed=False),
    "notes": Told(_text("A remark."), needed=False),
    "maximum": Told(_number("Most guests of the type."), needed=False),
    "variance": Told(_text("By how much it changes the price; decimal."), needed=False),
    "is_percentage": Told(_flag("The variance is per cent."), needed=False),
    "posneg": Told(_flag("It is added to the price."), "is_addition", needed=False),
    "is_child": Told(_flag("Counts as a child."), needed=False),
    "published": Told(_flag("Guests could choose it."), "is_published", needed=False),
    "order": Told(_number("Its position."), "position", needed=False),
}
_PROPERTY = Kind("property", reads=WHOLE)
_CALENDAR = {"room_uid": Told(_id("The room."))}
_FEED = {
    "room_uid": Told({**_id("The room; null: all."), "type": ["integer", "null"]}),
}
_CONFLICT = {
    **_CALENDAR,
    "conflict_uid": Told(_id("The conflict.")),
    "contract_uid": Told(_id("The booking or block here.")),
    "arrival": Told(_date("The first night of the stay in the other calendar.")),
    "departure": Told(_date("Its day of departure.")),
}


def told_of(kind: AnyKind) -> Kind:
    """What the messages of a kind tell; what a feature adds is about a property."""
    if isinstance(kind, EventKind):
        return KINDS[kind]
    return Kind("property", {name: Told(schema) for name, schema in kind.fields.items()})


KINDS: Mapping[EventKind, Kind] = MappingProxyType(
    {
        EventKind.PROPERTY_CREATED: _PROPERTY,
        EventKind.PROPERTY_UPDATED: Kind("property", {"names": _CHANGED}, WHOLE),
        EventKind.PROPERTY_DELETED: _PROPERTY,
        EventKind.PROPERTY_PUBLISHED: _PROPERTY,
        EventKind.PROPERTY_UNPUBLISHED: _PROPERTY,
        EventKind.PROPERTY_APPROVED: _PROPERTY,
        EventKind.PROPERTY_UNAPPROVED: _PROPERTY,
        EventKind.PROPERTY_COMPLETED: _PROPERTY,
        EventKind.PROPERTY_INCOMPLETED: _PROPERTY,
        EventKind.PROPERTY_FAVOURITED: Kind("property"),
        EventKind.PROPERTY_SETTINGS_UPDATED: Kind("property", {"names": _CHANGED}, WHOLE),
        EventKind.PROPERTY_STATE_CHANGE: _PROPERTY,
        EventKind.IMAGE_ADDED: Kind(
            "property", {"added_image": Told(_id("The picture."), "image_id"), **_PICTURE}
        ),
        EventKind.IMAGE_DELETED: Kind(
            "property", {"deleted_image": Told(_id("The picture."), "image_id"), **_PICTURE}
        ),
        EventKind.PLUGIN_SETTINGS_SAVED: Kind(
            "property", {"plugin": Told(_text("The feature.")), "names": _CHANGED}
        ),
        EventKind.CUSTOM_FIELD_SAVED: Kind("custom_field"),
        EventKind.CUSTOM_FIELD_DELETED: Kind("custom_field"),
        EventKind.ROOM_ADDED: Kind("room", reads=SUBJECT),
        EventKind.ROOM_UPDATED: Kind("room", reads=SUBJECT),
        EventKind.ROOM_DELETED: Kind("room", reads=SUBJECT),
        EventKind.ROOMS_MULTIPLE_ADDED: Kind("property", {"room_ids": _ROOMS}, WHOLE),
        EventKind.ROOMS_MULTIPLE_DELETED: Kind("property", {"room_ids": _ROOMS}, WHOLE),
        EventKind.ROOM_TYPE_SAVED: Kind(
            "room_type", {"room_ids": Told(_ids("The rooms that have it now."), needed=False)}
        ),
        EventKind.ROOM_TYPE_DELETED: Kind("room_type"),
        EventKind.TARIFFS_UPDATED: Kind(
            "property",
            {
                "tariff_type_ids": Told(_ids("The tariffs; empty: see `changed`, or all.")),
                "changed": Told(
                    _text("What else was changed: prices that are of no tariff."), needed=False
                ),
            },
            WHOLE,
        ),
        EventKind.AVAILABILITY_UPDATED: Kind(
            "property",
            {
                "room_type_id": Told(_id("The room type."), needed=False),
                "room_type_ids": Told(_ids("The room types, where several."), needed=False),
                "date_from": Told(_date("The first night.")),
                "date_to": Told(_date("The last night.")),
            },
        ),
        EventKind.CHANGEOVER_DAY_ENABLED: Kind("property", _WEEKDAY),
        EventKind.CHANGEOVER_DAY_DISABLED: Kind("property", _WEEKDAY),
        EventKind.COUPON_SAVED: Kind("coupon"),
        EventKind.COUPON_UPDATED: Kind("coupon"),
        EventKind.COUPON_DELETED: Kind("coupon"),
        EventKind.EXTRA_SAVED: Kind("extra", reads=SUBJECT),
        EventKind.EXTRA_DELETED: Kind("extra", reads=SUBJECT),
        EventKind.BOOKING_ADDED: Kind("booking", {"overridden": _SET_ASIDE}, SUBJECT),
        EventKind.BOOKING_ENQUIRED: _BOOKING,
        EventKind.BOOKING_MODIFIED: Kind(
            "booking",
            {
                "fields": Told(_names("What was changed, where it is little."), needed=False),
                "overridden": _SET_ASIDE,
                "room_from": Told(_id("The room left."), needed=False),
                "room_to": Told(_id("The room moved to."), needed=False),
            },
            SUBJECT,
        ),
        EventKind.BOOKING_CANCELLED: _BOOKING,
        EventKind.BOOKING_MARKED_NOSHOW: _BOOKING,
        EventKind.BOOKING_NOTE_SAVED: Kind("booking", _NOTE, "note_id"),
        EventKind.BOOKING_NOTE_DELETED: Kind("booking", _NOTE, "note_id"),
        EventKind.BOOKING_HELD: Kind("booking"),
        EventKind.BOOKING_HOLD_RELEASED: Kind("booking"),
        EventKind.BLACKBOOKING_ADDED: _BOOKING,
        EventKind.BLACKBOOKING_DELETED: _BOOKING,
        EventKind.ROOM_MOVED: Kind(
            "booking",
            {"moves": Told({"type": "array", "items": _MOVE, "description": "Room by room."})},
            SUBJECT,
        ),
        EventKind.DEPOSIT_SAVED: Kind(
            "booking",
            {
                "payment_uid": Told(_id("The payment."), needed=False),
                "security": Told(
                    _text("What became of the security deposit, where it is about that."),
                    needed=False,
                ),
            },
            SUBJECT,
        ),
        EventKind.GUEST_CHECKED_IN: _BOOKING,
        EventKind.GUEST_CHECKED_IN_UNDONE: _BOOKING,
        EventKind.GUEST_CHECKED_OUT: _BOOKING,
        EventKind.GUEST_CHECKED_OUT_UNDONE: _BOOKING,
        EventKind.REVISION_UNACKNOWLEDGED: Kind(
            "channel", {"revision": Told(_number("Its number.")), "contract_uid": _CONTRACT}
        ),
        EventKind.CALENDAR_SAVED: Kind("calendar", _CALENDAR),
        EventKind.CALENDAR_DELETED: Kind("calendar", _CALENDAR),
        EventKind.CALENDAR_FAILED: Kind(
            "calendar",
            {
                **_CALENDAR,
                "reason": Told(_text("What is wrong with it.", "failing", "shrunk")),
            },
        ),
        EventKind.CALENDAR_RESTORED: Kind("calendar", _CALENDAR),
        EventKind.CALENDAR_CONFLICT: Kind("calendar", _CONFLICT),
        EventKind.CALENDAR_CONFLICT_ENDED: Kind("calendar", _CONFLICT),
        EventKind.CALENDAR_FEED_SAVED: Kind("calendar_feed", _FEED),
        EventKind.CALENDAR_FEED_DELETED: Kind("calendar_feed", _FEED),
        EventKind.GUEST_SAVED: Kind("guest", reads=SUBJECT),
        EventKind.GUEST_UPDATED: Kind("guest", {"names": _GUEST_FIELDS}, SUBJECT),
        EventKind.GUEST_DELETED: Kind("guest", reads=SUBJECT),
        EventKind.GUEST_ANONYMISED: Kind("guest", reads=SUBJECT),
        EventKind.GUEST_REFUSED: Kind(
            "guest",
            {
                "arrival": Told(_date("The first night that was asked for.")),
                "departure": Told(_date("The day of departure.")),
            },
            SUBJECT,
        ),
        EventKind.GUEST_TYPE_SAVED: Kind("guest_type", reads=SUBJECT),
        EventKind.GUEST_TYPE_DELETED: Kind("guest_type", _GUEST_TYPE, SUBJECT),
        EventKind.PAYMENT_RECEIVED: Kind("booking", {"payment_uid": _MONEY}, SUBJECT),
        EventKind.PAYMENT_REVERSED: Kind("booking", {"payment_uid": _MONEY}, SUBJECT),
        EventKind.PAYMENT_LATE: Kind("booking", {**_ONLINE, "reason": _LATE}),
        EventKind.PAYMENT_REFUNDED: Kind("booking", _ONLINE),
        EventKind.PAYMENT_REFUND_FAILED: Kind("booking", _ONLINE),
        EventKind.PAYMENT_UNMATCHED: Kind("booking", {**_ONLINE, **_CAME}),
        EventKind.PAYMENT_UNKNOWN: Kind("property", {"provider": _ONLINE["provider"], **_CAME}),
        EventKind.INVOICE_CREATED: Kind("invoice", {"contract_uid": _CONTRACT}, SUBJECT),
        EventKind.INVOICE_UPDATED: Kind("invoice", {"contract_uid": _CONTRACT}, SUBJECT),
        EventKind.INVOICE_CANCELLED: Kind(
            "invoice",
            {"contract_uid": _CONTRACT, "credit_note_uid": Told(_id("The credit note."))},
            SUBJECT,
        ),
        EventKind.REVIEW_SAVED: Kind(
            "review", {"published": Told(_flag("Whether visitors see it."))}, SUBJECT
        ),
        EventKind.REVIEW_PUBLISHED: Kind("review", reads=SUBJECT),
        EventKind.REVIEW_UNPUBLISHED: Kind("review", reads=SUBJECT),
        EventKind.REVIEW_DELETED: Kind("review", reads=SUBJECT),
        EventKind.REVIEW_REPLIED: Kind("review", reads=SUBJECT),
        EventKind.MANAGER_ADDED: Kind("user", {"access_level": _LEVEL}),
        EventKind.MANAGER_UPDATED: Kind(
            "user",
            {
                "access_level": _LEVEL,
                "is_suspended": Told(_flag("Whether it may sign in no more."), needed=False),
            },
        ),
        EventKind.MANAGER_DELETED: Kind("user", {"access_level": _LEVEL}),
        EventKind.USER_CREATED: Kind("user", {"access_level": _LEVEL}, named="cms_user_id"),
        EventKind.MESSAGE_CREATED: Kind("message", {"group_id": _GROUP}),
        EventKind.MESSAGE_RECIPIENT_CREATED: Kind("message"),
        EventKind.MESSAGE_REMINDER: Kind(
            "message",
            {
                "group_id": _GROUP,
                "user_id": Told(
                    {
                        **_id("The account that was told; null: the team, or a booking's guest."),
                        "type": ["integer", "null"],
                    }
                ),
                "unread_count": Told(_number("How many messages the mail told of.")),
            },
        ),
    }
)
