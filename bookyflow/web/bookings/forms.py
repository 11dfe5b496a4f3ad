"""The small forms of a booking's page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookyflow.billing.ledger import LONGEST_REFERENCE
from bookyflow.messaging.services import LONGEST_BODY, LONGEST_SUBJECT
from bookyflow.reservations.notes import LONGEST_NOTE
from bookyflow.web.bookings.words import METHODS
from bookyflow.web.forms import PageForm

AMOUNT: dict[str, Any] = {"max_digits": 14, "decimal_places": 3}
LONGEST_REASON = 1000


class AmountInput(forms.NumberInput):
    """An amount, for which phones show a keyboard of digits."""

    def __init__(self) -> None:
        super().__init__({"inputmode": "decimal", "step": "any", "autocomplete": "off"})


def text(rows: int = 3) -> forms.Textarea:
    """A field for several lines."""
    return forms.Textarea({"rows": rows})


class NoteForm(PageForm):
    """A note of staff."""

    note = forms.CharField(label=_("Note"), max_length=LONGEST_NOTE, widget=text())


class ChargeForm(PageForm):
    """Something charged beside the stay; the fields have the names that the service refuses by."""

    service_description = forms.CharField(label=_("What for"), max_length=255)
    service_value = forms.DecimalField(label=_("Price of one"), widget=AmountInput, **AMOUNT)
    service_qty = forms.IntegerField(label=_("How many"), min_value=1, max_value=1000, initial=1)
    tax_rate = forms.DecimalField(
        label=_("Tax in per cent"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        initial=Decimal(0),
        widget=AmountInput,
    )

    def charge(self) -> dict[str, Any]:
        """What the service is told."""
        told = self.cleaned_data
        return {
            "description": told["service_description"],
            "price": told["service_value"],
            "quantity": told["service_qty"],
            "tax_percent": told["tax_rate"],
        }


class PaymentForm(PageForm):
    """Money that came in, or was given back."""

    amount = forms.DecimalField(label=_("Amount"), widget=AmountInput, **AMOUNT)
    method = forms.ChoiceField(label=_("How"), choices=list(METHODS.items()))
    reference = forms.CharField(
        label=_("Reference"),
        required=False,
        max_length=LONGEST_REFERENCE,
        help_text=_("Such as a number of the bank."),
    )


class SecurityForm(PageForm):
    """What of a security deposit the property keeps."""

    withheld = forms.DecimalField(
        label=_("Kept by the property"), initial=Decimal(0), widget=AmountInput, **AMOUNT
    )
    reason = forms.CharField(
        label=_("Why"), required=False, max_length=LONGEST_REASON, widget=text(2)
    )


class MessageForm(PageForm):
    """A message to the guest."""

    subject = forms.CharField(label=_("Subject"), required=False, max_length=LONGEST_SUBJECT)
    body = forms.CharField(label=_("Message"), max_length=LONGEST_BODY, widget=text(4))


class CancelForm(PageForm):
    """How a booking is cancelled."""

    charge_fee = forms.BooleanField(label=_("Charge the fee"), required=False, initial=True)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=LONGEST_REASON, widget=text(2)
    )


class RejectForm(PageForm):
    """Why an enquiry is refused."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=LONGEST_REASON, widget=text(2)
    )


class NoShowForm(PageForm):
    """Whether the fee of a no-show is due."""

    charge_fee = forms.BooleanField(label=_("Charge the fee"), required=False, initial=True)
