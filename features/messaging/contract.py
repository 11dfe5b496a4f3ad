from __future__ import annotations

from functools import partial

from bookyflow.api.endpoint import endpoint

# What all have in common: the scope, and the envelope's one key.
messaging = partial(endpoint, scope="messaging", key="response", prop=None)
group = partial(messaging, raises=("user_not_in_group",))
