from __future__ import annotations

from functools import partial

from bookyflow.api.endpoint import endpoint

FOUND = ("webhook_not_found",)
DELIVERY = (*FOUND, "delivery_not_found")
NAMED = ("webhook_already_exists", "property_not_found")

read = partial(endpoint, scope="webhooks_get", raises=FOUND)
change = partial(endpoint, scope="webhooks_set", raises=FOUND)
