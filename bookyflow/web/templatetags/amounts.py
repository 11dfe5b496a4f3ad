from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.translation import get_language

from bookyflow.core.languages import DEFAULT
from bookyflow.core.money import display

register = template.Library()


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """An amount with its currency, as people write it; "" for none."""
    return "" if amount is None else display(amount, currency, get_language() or DEFAULT)


@register.filter
def opposite(amount: Decimal) -> Decimal:
    """The amount with the other sign: what is owed to the guest of a negative balance."""
    return -amount
