from __future__ import annotations

from bookyflow.api.wire.rates import ConditionedRateRow


class RateRowOut(ConditionedRateRow):
    pass
