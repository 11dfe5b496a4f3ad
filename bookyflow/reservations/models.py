from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext

from bookyflow.availability.nights import OccupiedNights
from bookyflow.core.choices import choices_of, values_of
from bookyflow.core.dates import Stay
from bookyflow.core.fields import EncryptedTextField, Sealed, SealedField, SealedMap, SealedText
from bookyflow.events.models import only_users_have
from bookyflow.guests.models import Guest
from bookyflow.guests.services import NOBODY, GuestDetails
from bookyflow.pricing import wording
from bookyflow.pricing.lines import LineKind
from bookyflow.properties.models import DepositDue, Property
from bookyflow.rooms.models import Room


class BookingKind(models.TextChoices):
    """A stay of a guest, or a block that only closes rooms."""

    BOOKING = "booking"
    BLOCK = "block"


class BookingState(models.TextChoices):
    """Where a booking is in its life (reference 5.1)."""

    ENQUIRY = "enquiry"
    PROVISIONAL = "provisional"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    REJECTED = "rejected"


ENDED = (BookingState.CANCELLED, BookingState.NO_SHOW, BookingState.REJECTED)
CALLED_OFF = (BookingState.CANCELLED, BookingState.REJECTED)
ARRIVED = (BookingState.CHECKED_IN, BookingState.CHECKED_OUT)

# Which steps there are (reference 5.1); every other one is refused.
MOVES: dict[str, frozenset[str]] = {
    BookingState.ENQUIRY: frozenset(
        {
            BookingState.PROVISIONAL,
            BookingState.CONFIRMED,
            BookingState.REJECTED,
            BookingState.CANCELLED,
        }
    ),
    BookingState.PROVISIONAL: frozenset(
        {
            BookingState.CONFIRMED,
            BookingState.CHECKED_IN,
            BookingState.CANCELLED,
            BookingState.NO_SHOW,
        }
    ),
    BookingState.CONFIRMED: frozenset(
        {
            BookingState.PROVISIONAL,  # a payment was taken back
            BookingState.CHECKED_IN,
            BookingState.CANCELLED,
            BookingState.NO_SHOW,
        }
    ),
    BookingState.CHECKED_IN: frozenset(
        {BookingState.PROVISIONAL, BookingState.CONFIRMED, BookingState.CHECKED_OUT}
    ),
    BookingState.CHECKED_OUT: frozenset({BookingState.CHECKED_IN}),
    BookingState.CANCELLED: frozenset(),
    BookingState.NO_SHOW: frozenset(),
    BookingState.REJECTED: frozenset(),
}


def settled_state(*, paid: Decimal, due: Decimal) -> BookingState:
    """Confirmed once nothing is due in advance, else provisional."""
    return BookingState.CONFIRMED if paid >= due else BookingState.PROVISIONAL


def lead_guest(personal: Sealed | Mapping[str, Any]) -> dict[str, str]:
    """What was told of the person whom a booking is for; no more than NOBODY once forgotten."""
    return {"surname": NOBODY, **personal.get("lead_guest", {})}


class BookingReading:
    """What some columns of a booking tell, wherever they have been read."""

    kind: Any
    state: Any
    personal: Any
    arrival: Any
    departs_on: Any
    deposit_required: Any
    paid: Any

    def is_deposit_paid(self) -> bool:
        """Whether nothing of what is due in advance is missing."""
        return bool(self.paid >= self.deposit_required)

    def booked_for(self) -> GuestDetails:
        """Who it is for: the name, address and numbers that it was made with."""
        return GuestDetails(**lead_guest(self.personal))

    @cached_property
    def who(self) -> GuestDetails:
        """As `booked_for`, opened once; a block is for nobody, and has no name at all."""
        return GuestDetails("") if self.kind == BookingKind.BLOCK else self.booked_for()

    def has_arrived(self) -> bool:
        """Whether its guest has been checked in, and that was not taken back."""
        return self.state in ARRIVED

    def has_left(self) -> bool:
        """Whether its guest has been checked out."""
        return bool(self.state == BookingState.CHECKED_OUT)

    def is_called_off(self) -> bool:
        """Whether it was cancelled or, as an enquiry, rejected."""
        return self.state in CALLED_OFF

    def is_approved(self) -> bool:
        """Whether it is more than an enquiry."""
        return self.state not in {BookingState.ENQUIRY, BookingState.REJECTED}


class Booking(BookingReading, models.Model):
    """A contract: nights [arrival, departure) at one property for a total in `currency`.

    The guest leaves on `departs_on`. Where whole days are let the booking takes that day as well
    (reference R-AV-4), so that its nights end a day later: `departure` is when others can come.
    `number` is what people quote. The total is the sum of the gross amounts of the lines; a block
    has neither guest nor lines. The rooms it holds are its occupancies. `paid` is what has come in
    less what was given back; the payments say from whom. `coupon_id` is that of the coupon used.

    A visitor's booking ends by itself at `pay_by`, as long as nothing has been paid and no staff
    have dealt with it; null: it stays. One that `is_kept` stays without its deposit, whoever made
    it, and nobody is reminded of that.

    `guest` is who made it, as the property's guest book has that person now; `lead_guest` is what
    was told of the person when it was made, whatever other bookings say under the same e-mail
    address, or {} once the guest is anonymised.

    `prices_inclusive` is the convention of the prices that it was made with, null for one of before
    that was kept: as the property has it.

    `token_version` is that of the one booking token that opens it.

    `payment_due_since` is kept by `reservations.journal` with each change: when what is missing of
    the deposit became due, or last grew; null while nothing is.
    """

    property = models.ForeignKey(  # three indexes begin with it
        Property, models.PROTECT, db_index=False, related_name="bookings"
    )
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10, choices=BookingKind, default=BookingKind.BOOKING)
    state = models.CharField(max_length=12, choices=BookingState)
    guest = models.ForeignKey(Guest, models.PROTECT, null=True, blank=True, related_name="bookings")
    personal = SealedField()
    lead_guest = SealedMap()
    answers = SealedMap()  # the guest's, to the property's own questions
    remarks = SealedText()  # the guest's wishes; of a block, its reason
    referrer = SealedText()
    cancellation_reason = SealedText()
    arrival = models.DateField()
    departure = models.DateField()
    departs_on = models.DateField()
    adults = models.PositiveSmallIntegerField(default=0)
    children = models.PositiveSmallIntegerField(default=0)
    currency = models.CharField(max_length=3)
    total = models.DecimalField(max_digits=14, decimal_places=3, default=Decimal(0))
    deposit_required = models.DecimalField(max_digits=14, decimal_places=3, default=Decimal(0))
    paid = models.DecimalField(max_digits=14, decimal_places=3, default=Decimal(0))
    coupon = models.ForeignKey(
        "tariffs.Coupon", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_by_staff = models.BooleanField(default=True)
    made_by_channel = models.BooleanField(
        default=False, help_text="The channel deals with the guest, and with the payment."
    )
    language = models.CharField(max_length=5, blank=True, default="")
    request = models.JSONField(
        default=dict, blank=True, help_text="What was asked for: rooms, tariffs, guests, extras."
    )
    granted = models.JSONField(
        default=dict,
        db_default=models.Value({}, output_field=models.JSONField()),
        blank=True,
        help_text="What the price was made from: prices of nights, discounts, terms of extras.",
    )
    prices_inclusive = models.BooleanField(
        null=True, blank=True, help_text="Prices entered for it contain tax."
    )
    checked_in_at = models.DateTimeField(null=True, blank=True)
    checked_out_at = models.DateTimeField(null=True, blank=True)
    payment_due_since = models.DateTimeField(
        null=True, blank=True, help_text="Since when the guest owes the property a deposit."
    )
    payment_reminded_at = models.DateTimeField(null=True, blank=True)
    review_reminded_at = models.DateTimeField(null=True, blank=True)
    pay_by = models.DateTimeField(null=True, blank=True)
    is_kept = models.BooleanField(
        default=False, db_default=False, help_text="Kept by staff without its deposit."
    )
    token_version = models.PositiveSmallIntegerField(default=0, db_default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("changed_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(departure__gt=F("arrival")), name="booking_has_a_night"
            ),
            models.CheckConstraint(
                condition=Q(departs_on__gt=F("arrival"), departs_on__lte=F("departure")),
                name="booking_departs_in_its_nights",
            ),
            models.CheckConstraint(
                condition=Q(total__gte=0) & Q(deposit_required__gte=0) & Q(paid__gte=0),
                name="booking_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(kind=BookingKind.BOOKING, guest__isnull=False)
                | Q(kind=BookingKind.BLOCK, guest__isnull=True, total=0),
                name="booking_has_a_guest_and_a_block_none",
            ),
            models.CheckConstraint(
                condition=Q(state__in=BookingState.values), name="booking_state_known"
            ),
            models.CheckConstraint(
                condition=Q(pay_by__isnull=True) | Q(state=BookingState.PROVISIONAL, paid=0),
                name="booking_to_be_paid_is_unpaid",
            ),
        ]
        indexes = [
            models.Index(fields=("property", "changed_at", "id"), name="booking_by_change"),
            models.Index(fields=("property", "arrival"), name="booking_by_arrival"),
            models.Index(
                fields=("property",),
                condition=Q(kind=BookingKind.BOOKING),
                name="booking_by_property",
            ),
            models.Index(fields=("property", "departs_on"), name="booking_by_departure"),
            models.Index(
                fields=("property", "arrival"),
                name="booking_of_residents",
                condition=Q(state=BookingState.CHECKED_IN),
            ),
            models.Index(
                fields=("pay_by",), name="booking_to_be_paid", condition=Q(pay_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def is_owed(self) -> bool:
        """Whether a job may end it, or remind of its deposit, as long as nobody keeps it."""
        return self.pay_by is not None or self.payment_due_since is not None

    def stay(self) -> Stay:
        """The guest's own stay."""
        return Stay(self.arrival, self.departs_on)

    def nights(self) -> OccupiedNights:
        """The nights that the booking takes."""
        return OccupiedNights.stored(self.arrival, self.departure)

    def party_size(self) -> int:
        """Adults and children."""
        return self.adults + self.children

    def entry_of_its_guest(self) -> Guest | None:
        """The guest book's entry, where that is of the person whom the booking is for.

        Several people may book under one e-mail address, and so share an entry.
        """
        who, entry = self.booked_for(), self.guest
        is_one = entry and (entry.first_name, entry.surname) == (who.first_name, who.surname)
        return entry if is_one else None

    def settled_state(self) -> BookingState:
        """What the booking is by what has been paid, as long as the guest has not arrived."""
        return settled_state(paid=self.paid, due=self.deposit_required)

    def amount_due(self) -> Decimal:
        """What is left to pay; negative: to be refunded."""
        return self.total - self.paid

    def room_ids(self) -> list[int]:
        """The rooms that it holds, in order; no query where its occupancies are prefetched."""
        return sorted({held.room_id for held in self.occupancies.all()})

    def missing_deposit(self) -> Decimal:
        """What the guest has to pay in advance by now; 0 but for a provisional booking of our own.

        Guests of channels pay there or on arrival, as the channel has told them.
        """
        if self.state != BookingState.PROVISIONAL or self.made_by_channel:
            return Decimal(0)
        return self.deposit_required - self.paid


class BookingCount(models.Model):
    """How many bookings of a kind a property has, whatever became of them.

    Triggers keep it in step, as `availability.NightCount`: lists tell how long they are, and to
    count a hundred thousand takes longer than a page of them.
    """

    pk = models.CompositePrimaryKey("property_id", "kind")
    property_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=BookingKind)
    total = models.IntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(total__gte=0), name="booking_count_not_negative")
        ]

    def __str__(self) -> str:
        return f"property {self.property_id}: {self.total}"


class BookingLine(models.Model):
    """One priced item. Net + tax = gross, each rounded once (reference R-RD-2).

    `name` may be what staff have typed of a service, and so is encrypted. `first_night` and
    `last_night` are both included. `unit` is the price as entered, `rule` says by which rule the
    line came about and `values` with which numbers: `description` and `explanation` are made of
    these when somebody reads them. A `billed` line is on
    an issued invoice and never changes: it is taken back by a line of the same kind with the
    opposite amounts that names it in `reverses`.
    """

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=20, choices=choices_of(LineKind))
    rule = models.CharField(max_length=40, blank=True, default="")
    name = EncryptedTextField(blank=True, default="")
    values = models.JSONField(blank=True, default=dict)
    source_kind = models.CharField(max_length=20, blank=True, default="")
    source_id = models.BigIntegerField(null=True, blank=True)
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="+")
    first_night = models.DateField(null=True, blank=True)
    last_night = models.DateField(null=True, blank=True)
    quantity = models.PositiveIntegerField(default=1)
    unit = models.DecimalField(max_digits=14, decimal_places=3, default=Decimal(0))
    net = models.DecimalField(max_digits=14, decimal_places=3)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2)
    tax = models.DecimalField(max_digits=14, decimal_places=3)
    gross = models.DecimalField(max_digits=14, decimal_places=3)
    billed = models.BooleanField(default=False)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("tax")), name="booking_line_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=values_of(LineKind)), name="booking_line_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.description

    @property
    def description(self) -> str:
        """What it is for, in the language that is active."""
        return wording.description(self.rule, self.name, self.values)

    @property
    def explanation(self) -> str:
        """How the amount came about, in the language that is active."""
        if self.reverses_id:
            return gettext("Taken back.")
        return wording.explanation(self.rule, self.values)

    @property
    def tax_percent(self) -> Decimal:
        """The rate of tax, as the line of a price calls it."""
        return self.tax_rate


class Hold(models.Model):
    """Rooms kept for a short time for somebody who is about to book, at the price quoted.

    `number` is the number that the booking will have. Its rooms are occupancies of the kind hold
    that expire with it; `quote` is what was asked for and the price that was guaranteed.
    """

    property = models.ForeignKey(Property, models.PROTECT, related_name="+")
    serial = models.BigIntegerField(unique=True, help_text="The id that the booking will have.")
    number = models.CharField(max_length=20, unique=True)
    token_version = 0  # of the booking to be; a hold whose token has leaked is released
    arrival = models.DateField()
    departure = models.DateField()
    quote = models.JSONField()
    expires_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    booking = models.OneToOneField(
        Booking, models.PROTECT, null=True, blank=True, related_name="hold"
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(departure__gt=F("arrival")), name="hold_has_a_night"
            ),
            models.CheckConstraint(
                condition=Q(booking__isnull=True) | Q(released_at__isnull=True),
                name="hold_is_booked_or_released",
            ),
        ]
        indexes = [models.Index(fields=("expires_at",), name="hold_by_expiry")]

    def __str__(self) -> str:
        return self.number


class QuoteUse(models.Model):
    """A quote that somebody without an account has used up, by the digest of its text.

    One quote makes one hold or one booking, and a hold its booking: `serial` is the id that the
    booking has or will have. Kept for longer than the text of a quote is accepted, and for as long
    as what was taken counts in the limits of `caller` and property. The caller is a key pair or the
    keyed digest of an address; `is_known` says that it is a key pair that reaches the property.
    """

    digest = models.CharField(max_length=64)
    serial = models.BigIntegerField()
    property = models.ForeignKey(Property, models.PROTECT, related_name="+")
    caller = models.CharField(max_length=64)
    is_known = models.BooleanField()
    used_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("digest",), name="quote_used_once")]
        indexes = [
            models.Index(fields=("used_at",), name="quote_use_by_time"),
            models.Index(fields=("caller",), name="quote_use_by_caller"),
        ]

    def __str__(self) -> str:
        return f"quote of booking {self.serial}"


class Note(models.Model):
    """A remark of staff on a booking."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="notes")
    text = EncryptedTextField()
    user_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"note {self.pk} on {self.booking_id}"


class SecurityState(models.TextChoices):
    """Where a security deposit is."""

    DUE = "due"
    HELD = "held"
    RETURNED = "returned"
    WITHHELD = "withheld"


class SecurityDeposit(models.Model):
    """Money left as security and given back: in no total, not taxed (reference R-SD-1).

    `withheld` is the part that the property keeps, with a reason.
    """

    booking = models.OneToOneField(Booking, models.CASCADE, related_name="security_deposit")
    amount = models.DecimalField(max_digits=14, decimal_places=3)
    due = models.CharField(max_length=10, choices=DepositDue)
    state = models.CharField(max_length=10, choices=SecurityState, default=SecurityState.DUE)
    withheld = models.DecimalField(max_digits=14, decimal_places=3, default=Decimal(0))
    reason = EncryptedTextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withheld__gte=0) & Q(withheld__lte=F("amount")),
                name="security_deposit_withheld_at_most_all",
            ),
            models.CheckConstraint(
                condition=Q(state__in=SecurityState.values), name="security_deposit_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"security deposit of booking {self.booking_id}"


class BookingHistory(models.Model):
    """A step in a booking's life; only ever added. The ids are plain: the log outlives them."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="history")
    at = models.DateTimeField(auto_now_add=True)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    reason = EncryptedTextField(blank=True)
    actor_kind = models.CharField(max_length=7)
    user_id = models.BigIntegerField(null=True)
    key_id = models.BigIntegerField(null=True)
    channel_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=only_users_have("user_id", "key_id", "channel_id"),
                name="booking_history_actor_possible",
            ),
        ]
        ordering = ("id",)
        verbose_name_plural = "booking history"

    def __str__(self) -> str:
        return f"{self.from_state or '-'} > {self.to_state}"
