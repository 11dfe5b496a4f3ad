from __future__ import annotations

from functools import partial

from bookyflow.api.endpoint import endpoint

CHANNELS = "channel_management"

# What every call of a channel has in common.
cmf = partial(endpoint, scope=CHANNELS, key="response", channel=True)
# What the site's own systems may do: of no channel, and on nobody's behalf.
admin = partial(endpoint, scope="cmf_admin", key="response")

DONE = True  # the answer of a call that has nothing else to say
