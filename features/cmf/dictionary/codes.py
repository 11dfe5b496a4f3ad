"""What the numbers of the interface stand for, for people: the same for every channel."""

from __future__ import annotations

from bookyflow.accounts.models import AccessLevel
from bookyflow.pictures.models import Image
from bookyflow.pricing.inputs import ExtraModel
from bookyflow.properties.models import BookingModel
from bookyflow.property_lifecycle.publication import PropertyStatus
from bookyflow.tariffs.extra_models import CHANNEL
from features.cmf.bookings.serializers import ENQUIRY_PAID, STATUSES
from features.cmf.images.serializers import RESOURCES

ACCESS_LEVELS = {
    str(level.value): str(level.label) for level in AccessLevel if level >= AccessLevel.RECEPTIONIST
}
ALL_ACCESS_LEVELS = {
    "0": "Visitor",
    **{str(level.value): str(level.label) for level in AccessLevel},
}
BOOKING_STATUSES = {str(code): text for code, text in sorted({*STATUSES.values(), ENQUIRY_PAID})}
DEPOSIT_TYPES = {
    "1": "None",
    "2": "Percentage of the price, without cleaning",
    "3": "Percentage of the price",
    "5": "Fixed amount per stay",
}
RESERVATION_STATUSES = {"1": "Confirmed", "2": "Cancelled", "3": "Modified"}
OUTCOMES = {"1": "Success", "0": "Failure"}
PROPERTY_STATUSES = [
    {"status": 0, "text": "Unknown, or out of the channel's reach"},
    *({"status": status.value, "text": str(status.label)} for status in PropertyStatus),
]
_FLAGS = {
    BookingModel.MULTI_ROOM: "Several units, booked one by one",
    BookingModel.SINGLE_ROOM: "Let as a whole",
    BookingModel.EITHER: "Several units or one; booked one by one",
    BookingModel.TOUR: "Tours, without accommodation",
    BookingModel.REAL_ESTATE: "For sale, without bookings",
    BookingModel.ITEM_HIRE: "Items for hire",
}
PROPERTY_TYPE_FLAGS = {str(flag.value): _FLAGS[flag] for flag in BookingModel}
_MODELS = {
    ExtraModel.PER_WEEK: "Per week",
    ExtraModel.PER_NIGHT: "Per night",
    ExtraModel.PER_BOOKING: "Per booking",
    ExtraModel.PER_PERSON: "Per person",
    ExtraModel.PER_PERSON_AND_NIGHT: "Per person and night",
    ExtraModel.PER_PERSON_AND_WEEK: "Per person and week",
    ExtraModel.PER_NIGHT_WITH_MINIMUM: "Per night, with a minimum of nights",
    ExtraModel.PER_NIGHT_AND_ROOM: "Per night and room",
    ExtraModel.PER_ROOM: "Per room",
    ExtraModel.PERCENTAGE: "Per cent of the rooms' price",
}
_AGAIN = {"7": f"{_MODELS[ExtraModel.PER_NIGHT_WITH_MINIMUM]}; read as 8"}
EXTRA_MODELS = {str(code): _MODELS[CHANNEL[code]] for code in sorted(CHANNEL)} | _AGAIN
_PICTURES = {
    Image.Kind.MAIN: "Main picture of the property",
    Image.Kind.SLIDESHOW: "Slideshow of the property",
    Image.Kind.ROOM: "Pictures of a room",
    Image.Kind.ROOM_TYPE: "Pictures of a room type",
    Image.Kind.EXTRA: "Pictures of an extra",
}
OF_THE_PROPERTY = {Image.Kind.MAIN, Image.Kind.SLIDESHOW}
IMAGE_TYPES = [
    {
        "type": _PICTURES[kind],
        "internal_type": name,
        "resource_id_required": kind not in OF_THE_PROPERTY,
    }
    for name, kind in RESOURCES.items()
]
