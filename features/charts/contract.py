from __future__ import annotations

from functools import partial

from bookyflow.api.endpoint import endpoint

chart = partial(endpoint, scope="statistics_get", replica=True)
