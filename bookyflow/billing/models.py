from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from bookyflow.core.choices import choices_of
from bookyflow.core.fields import EncryptedTextField
from bookyflow.pricing.lines import LineKind
from bookyflow.properties.models import Property
from bookyflow.reservations.models import Booking, BookingLine


class PaymentKind(models.TextChoices):
    """Money that came in, money given back, or the reversal of either."""

    PAYMENT = "payment"
    REFUND = "refund"
    REVERSAL = "reversal"


class PaymentMethod(models.TextChoices):
    """How money changed hands."""

    CASH = "cash", "Cash"
    CARD = "card", "Card"
    BANK_TRANSFER = "bank_transfer", "Bank transfer"
    CHANNEL = "channel", "Paid to the channel"
    OTHER = "other", "Other"


class Payment(models.Model):
    """Money that moved for a booking: positive received, negative given back. Never changed.

    A wrong entry is taken back, once, by one of the kind reversal with the opposite amount, which
    names it in `reverses`. The sum over a booking is its `paid`. `user_id` and `key_id` are plain:
    an entry outlives who made it. `reference` may name the guest, and is emptied with the guest.
    """

    property = models.ForeignKey(Property, models.PROTECT, related_name="payments")
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="payments")
    amount = models.DecimalField(max_digits=14, decimal_places=3)
    currency = models.CharField(max_length=3)
    kind = models.CharField(max_length=10, choices=PaymentKind)
    method = models.CharField(max_length=20, choices=PaymentMethod)
    reference = EncryptedTextField(blank=True, default="")
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    opposite = models.GeneratedField(
        expression=-F("amount"),
        output_field=models.DecimalField(max_digits=14, decimal_places=3),
        db_persist=True,
    )
    user_id = models.BigIntegerField(null=True, blank=True)
    key_id = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="payment_amount_not_zero"),
            models.CheckConstraint(
                condition=Q(kind=PaymentKind.PAYMENT, amount__gt=Decimal(0))
                | Q(kind=PaymentKind.REFUND, amount__lt=Decimal(0))
                | Q(kind=PaymentKind.REVERSAL),
                name="payment_sign_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind=PaymentKind.REVERSAL, reverses__isnull=False)
                | (~Q(kind=PaymentKind.REVERSAL) & Q(reverses__isnull=True)),
                name="payment_reversal_names_one",
            ),
            models.CheckConstraint(
                condition=Q(method__in=PaymentMethod.values), name="payment_method_known"
            ),
            # What the reversal's foreign key refers to, added by a migration:
            # (reverses, booking, opposite) is (id, booking, amount) of the entry taken back.
            models.UniqueConstraint(
                fields=("id", "booking", "amount"), name="payment_and_its_amount"
            ),
        ]
        indexes = [models.Index(fields=("property", "at"), name="payment_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} of booking {self.booking_id}"


class InvoiceKind(models.TextChoices):
    """A demand for payment, or a correction that takes one back in part or whole."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class InvoiceStatus(models.IntegerChoices):
    """What has come in for an invoice; the numbers are the interface's. Pending is paid in part."""

    UNPAID = 0, "Unpaid"
    PAID = 1, "Paid"
    CANCELLED = 2, "Cancelled"
    PENDING = 3, "Pending"


class Invoice(models.Model):
    """An invoice or credit note as it was issued. The database refuses to change or delete it.

    Only the book-keeping changes: `status`, `paid_at`, `cancelled_by`. `number` is what people
    quote, made of `sequence`, which has no gaps within a property. `seller` and `buyer` are as
    they were at issue (billing.addresses), and so are the days on which the guest comes and leaves;
    a credit note has the parties of what it corrects. `buyer` is empty once the time is over for
    which invoices are kept. `issue_date` is the property's own date. The amounts of a credit note
    are those of its lines, so they are negative; it needs no payment.
    """

    property = models.ForeignKey(Property, models.PROTECT, related_name="invoices")
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="invoices")
    kind = models.CharField(max_length=12, choices=InvoiceKind)
    number = models.CharField(max_length=200)
    sequence = models.PositiveBigIntegerField()
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    currency = models.CharField(max_length=3)
    language = models.CharField(max_length=5)
    issued_at = models.DateTimeField()
    issue_date = models.DateField()
    due_date = models.DateField()
    seller = EncryptedTextField()
    buyer = EncryptedTextField(blank=True)
    arrival = models.DateField()
    departure = models.DateField()
    net = models.DecimalField(max_digits=14, decimal_places=3)
    tax = models.DecimalField(max_digits=14, decimal_places=3)
    gross = models.DecimalField(max_digits=14, decimal_places=3)
    user_id = models.BigIntegerField(null=True, blank=True)
    key_id = models.BigIntegerField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(choices=InvoiceStatus, default=InvoiceStatus.UNPAID)
    paid_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="cancelled"
    )

    class Meta:
        ordering = ("property", "-sequence")
        constraints = [
            models.UniqueConstraint(
                fields=("property", "number"),
                name="invoice_number_once",
                violation_error_message="The pattern gives an invoice number that is used already.",
            ),
            models.UniqueConstraint(fields=("property", "sequence"), name="invoice_sequence_once"),
            models.CheckConstraint(condition=Q(gross=F("net") + F("tax")), name="invoice_adds_up"),
            models.CheckConstraint(
                condition=Q(kind__in=InvoiceKind.values), name="invoice_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=InvoiceStatus.values), name="invoice_status_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=InvoiceKind.INVOICE, gross__gte=0)
                | Q(kind=InvoiceKind.CREDIT_NOTE, gross__lte=0),
                name="invoice_sign_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind=InvoiceKind.INVOICE, corrects__isnull=True)
                | Q(kind=InvoiceKind.CREDIT_NOTE, corrects__isnull=False),
                name="invoice_credit_note_corrects_one",
            ),
            models.CheckConstraint(
                condition=Q(status=InvoiceStatus.PAID, paid_at__isnull=False)
                | (~Q(status=InvoiceStatus.PAID) & Q(paid_at__isnull=True)),
                name="invoice_paid_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=InvoiceStatus.CANCELLED,
                    kind=InvoiceKind.INVOICE,
                    cancelled_by__isnull=False,
                )
                | (~Q(status=InvoiceStatus.CANCELLED) & Q(cancelled_by__isnull=True)),
                name="invoice_cancelled_has_its_credit_note",
            ),
            models.CheckConstraint(
                condition=Q(due_date__gte=F("issue_date")), name="invoice_dates_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=("property", "issue_date"), name="invoice_by_date"),
        ]

    def __str__(self) -> str:
        return self.number

    def charged(self) -> Decimal:
        """The gross sum of its lines that are not negative; no query where they are prefetched."""
        return sum((line.gross for line in self.lines.all() if line.gross >= 0), Decimal(0))


class InvoiceLine(models.Model):
    """A line of a booking as it was billed, once for ever. The database refuses to change it.

    All lines of an invoice are written by one statement and add up to its amounts; the database
    refuses every other one. `position` counts from 1. `unit` is the price as entered. The nights
    are both included. `description` of a service is what was typed, until the buyer is forgotten.
    """

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines")
    booking_line = models.OneToOneField(BookingLine, models.PROTECT, related_name="invoice_line")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=choices_of(LineKind))
    description = EncryptedTextField()
    first_night = models.DateField(null=True, blank=True)
    last_night = models.DateField(null=True, blank=True)
    quantity = models.PositiveIntegerField()
    unit = models.DecimalField(max_digits=14, decimal_places=3)
    net = models.DecimalField(max_digits=14, decimal_places=3)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2)
    tax_code = models.CharField(max_length=20, blank=True, default="")
    tax_description = models.CharField(max_length=100, blank=True, default="")
    tax = models.DecimalField(max_digits=14, decimal_places=3)
    gross = models.DecimalField(max_digits=14, decimal_places=3)

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(
                fields=("invoice", "position"), name="invoice_line_position_once"
            ),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("tax")), name="invoice_line_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return str(self.description)


class InvoiceCounter(models.Model):
    """The number that a property's invoices have come to. Its row lock makes them gapless."""

    property = models.OneToOneField(
        Property, models.PROTECT, primary_key=True, related_name="invoice_counter"
    )
    last = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"property {self.property_id}: {self.last}"
