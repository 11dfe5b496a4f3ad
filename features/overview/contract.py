from __future__ import annotations

from functools import partial

from bookyflow.api.endpoint import endpoint
from features.overview.serializers import ExpectedOut

# Lists that name guests.
guests = partial(endpoint, scope="guests_get", returns=ExpectedOut(many=True), paged=True)
