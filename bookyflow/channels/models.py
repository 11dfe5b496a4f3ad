from __future__ import annotations

from django.conf import settings
from django.db import models

from bookyflow.core.fields import EncryptedTextField
from bookyflow.properties.models import Property
from bookyflow.reservations.models import Booking


class Channel(models.Model):
    """An outside system that works for one user; announced under a name, once per user."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="channels")
    name = models.CharField(max_length=255)
    friendly_name = models.CharField(max_length=255)
    params = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("user", "name"), name="channel_name_once_per_user"),
            models.CheckConstraint(condition=~models.Q(name=""), name="channel_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ChannelProperty(models.Model):
    """A property that a channel may reach, with the channel's own id and data for it."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="links")
    property = models.ForeignKey(Property, models.CASCADE, related_name="channel_links")
    remote_id = models.CharField(max_length=255, blank=True)
    remote_data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name_plural = "channel properties"
        constraints = [
            models.UniqueConstraint(fields=("channel", "property"), name="channel_property_once"),
            models.UniqueConstraint(
                fields=("channel", "remote_id"),
                condition=~models.Q(remote_id=""),
                name="channel_remote_property_once",
            ),
        ]

    def __str__(self) -> str:
        return f"property {self.property_id} on channel {self.channel_id}"


class ChannelReservation(models.Model):
    """A reservation made on a channel, under the channel's own id.

    Unique per channel, so that a repeated call finds what the first one booked. `content` is a
    digest of what was said last, however it was written: the same id with other content is refused
    unless it is said to be a change; "" once a part was cancelled, since then nothing that was said
    is so any more. `about` is that of whom it is for and the remarks alone, "" where not known.
    After its cancellation it may be booked anew.
    """

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="reservations")
    remote_id = models.CharField(max_length=255)
    content = models.CharField(max_length=64)
    about = models.CharField(max_length=64, blank=True, default="", db_default="")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("channel", "remote_id"), name="channel_reservation_once"
            )
        ]

    def __str__(self) -> str:
        return self.remote_id


class ChannelStay(models.Model):
    """One stay of a channel's reservation and its booking.

    `number` is its place (from 0) in the order of `RemoteReservation.order`, which is the same
    however the stays are sent. From `FORMER` on they count stays that are no part of it any more:
    cancelled alone, left out of a change, or of before the reservation was booked anew.
    `remote_id` is the name of the stay within the reservation: see `name`. `content` is a digest of
    what was said of it last, "" where not known.
    """

    FORMER = 100

    reservation = models.ForeignKey(ChannelReservation, models.CASCADE, related_name="stays")
    number = models.PositiveSmallIntegerField()
    remote_id = models.CharField(max_length=255, blank=True, default="", db_default="")
    content = models.CharField(max_length=64, blank=True, default="", db_default="")
    booking = models.OneToOneField(Booking, models.PROTECT, related_name="channel_stay")

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(
                fields=("reservation", "number"), name="channel_stay_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"stay {self.number} of reservation {self.reservation_id}"

    @property
    def name(self) -> str:
        """How the channel names it within the reservation: by its own id, else by a number."""
        return self.remote_id or str(self.number + 1)


class BookingLink(models.Model):
    """A channel's own id for a booking or block of a property, which it did not bring in itself.

    One for each channel and booking; several bookings may have one id, as the stays of a
    reservation do. A block that was made under an id, `is_made_so`, has it alone at its property.
    """

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    property = models.ForeignKey(Property, models.CASCADE, related_name="+")
    booking = models.ForeignKey(Booking, models.CASCADE, related_name="channel_links")
    remote_id = models.CharField(max_length=255)
    is_made_so = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("channel", "booking"), name="booking_link_once"),
            models.UniqueConstraint(
                fields=("channel", "property", "remote_id"),
                condition=models.Q(is_made_so=True),
                name="block_remote_once",
            ),
        ]
        indexes = [models.Index(fields=("channel", "remote_id"), name="booking_link_by_remote")]

    def __str__(self) -> str:
        return f"{self.remote_id} = booking {self.booking_id}"


class RevisionFeed(models.Model):
    """How far a channel has acknowledged the revisions of its properties' bookings.

    A revision's number is the position of its event. All of the channel's up to
    `acknowledged_through` are acknowledged; what is so beyond it is a `RevisionAck`.
    Up to `told_through` the log tells of those that were not in time. Made with the first
    acknowledgement: before it nobody waits for any.
    """

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="revision_feed")
    acknowledged_through = models.BigIntegerField(default=0)
    told_through = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"channel {self.channel_id}: {self.acknowledged_through}"


class RevisionAck(models.Model):
    """A revision that a channel has acknowledged before one that came earlier."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    position = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("channel", "position"), name="revision_ack_once")
        ]

    def __str__(self) -> str:
        return f"channel {self.channel_id}: {self.position}"


class CrossReference(models.Model):
    """A channel's own id for an item of a property: an extra, a coupon, a room."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="cross_references")
    property = models.ForeignKey(Property, models.CASCADE, related_name="+")
    item_type = models.CharField(max_length=40)
    remote_id = models.CharField(max_length=255)
    local_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("channel", "property", "item_type", "remote_id"),
                name="cross_reference_remote_once",
            ),
            models.UniqueConstraint(
                fields=("channel", "property", "item_type", "local_id"),
                name="cross_reference_local_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_type} {self.remote_id} = {self.local_id}"


class LocalType(models.TextChoices):
    """Dictionaries of ours, to whose entries a channel maps its own; the interface's names."""

    PROPERTY_TYPE = "ptype", "Property types"
    PROPERTY_FEATURE = "pfeature", "Property features"
    ROOM_FEATURE = "rmfeature", "Room features"
    ROOM_TYPE = "rmtype", "Room types"


class DictionaryMap(models.Model):
    """What of a channel's dictionaries is what in one of ours; `items` are its entries."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="dictionary_maps")
    local_type = models.CharField(max_length=10, choices=LocalType)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("channel", "local_type"), name="dictionary_map_once"),
            models.CheckConstraint(
                condition=models.Q(local_type__in=LocalType.values),
                name="dictionary_map_type_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.local_type} on channel {self.channel_id}"


class DictionaryMapping(models.Model):
    """An entry of a channel's dictionary and our entry for it; `local_id` None: none is.

    `remote_type` names the channel's dictionary. Our entry may have been deleted since.
    """

    map = models.ForeignKey(DictionaryMap, models.CASCADE, related_name="items")
    remote_id = models.CharField(max_length=255)
    remote_name = models.CharField(max_length=255, blank=True)
    remote_type = models.CharField(max_length=100)
    local_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("map", "remote_id"), name="dictionary_mapping_once"),
        ]

    def __str__(self) -> str:
        return f"{self.remote_type} {self.remote_id} = {self.local_id}"


class ChildSite(models.Model):
    """A site to which a channel has handed on a property, with the key that opens it there.

    `url` is the site's; `sister_url` that of another installation of ours, where it is one.
    """

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="child_sites")
    property = models.ForeignKey(Property, models.CASCADE, related_name="+")
    host = models.CharField(max_length=255)
    remote_property_id = models.BigIntegerField()
    url = models.CharField(max_length=500)
    username = models.CharField(max_length=255)
    sister_url = models.CharField(max_length=500, blank=True)
    api_url = models.CharField(max_length=500, blank=True)
    api_client = models.CharField(max_length=255, blank=True)
    api_secret = EncryptedTextField(blank=True)

    class Meta:
        ordering = ("host", "remote_property_id", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("channel", "property", "host", "remote_property_id"),
                name="child_site_once",
            )
        ]

    def __str__(self) -> str:
        return f"property {self.remote_property_id} at {self.host}"
