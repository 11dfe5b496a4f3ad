"""Fields of extras, as several features show them."""

from __future__ import annotations

from bookyflow.api.wire.fields import AmountOrPercentage
from bookyflow.pricing.inputs import ExtraModel
from bookyflow.tariffs.models import Extra


class ExtraPrice(AmountOrPercentage):
    """The price of an extra, or per cent of the room total."""

    def is_percentage(self, extra: Extra) -> bool:
        """As its model has it."""
        return extra.model == ExtraModel.PERCENTAGE
