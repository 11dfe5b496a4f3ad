from __future__ import annotations

from functools import partial

from bookyflow.api.endpoint import endpoint
from features.webhooks.objects.serializers.bookings import BlockReadOut, BookingReadOut, NoteReadOut
from features.webhooks.objects.serializers.guests import GuestReadOut, GuestTypeReadOut
from features.webhooks.objects.serializers.invoices import InvoiceReadOut
from features.webhooks.objects.serializers.properties import PropertyReadBackOut, ReviewReadOut
from features.webhooks.objects.serializers.rooms import ExtraReadOut, RoomReadOut

read_back = partial(endpoint, scope="webhooks_get")
booking = partial(
    read_back, key="contract_details", returns=BookingReadOut(), raises=("booking_not_found",)
)
block = partial(
    read_back, key="blackbooking_details", returns=BlockReadOut(), raises=("block_not_found",)
)
note = partial(read_back, key="contract_details", returns=NoteReadOut(), raises=("note_not_found",))
extra = partial(read_back, key="extra_details", returns=ExtraReadOut(), raises=("extra_not_found",))
guest = partial(read_back, key="guest_details", returns=GuestReadOut(), raises=("guest_not_found",))
guest_type = partial(
    read_back,
    key="guest_type_details",
    returns=GuestTypeReadOut(),
    raises=("guest_type_not_found",),
)
invoice = partial(
    read_back, key="invoice_details", returns=InvoiceReadOut(), raises=("invoice_not_found",)
)
prop = partial(read_back, key="property_details", returns=PropertyReadBackOut())
review = partial(
    read_back, key="review_details", returns=ReviewReadOut(), raises=("review_not_found",)
)
room = partial(read_back, key="room_details", returns=RoomReadOut(), raises=("room_not_found",))
