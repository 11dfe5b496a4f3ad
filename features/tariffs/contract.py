from __future__ import annotations

from functools import partial

from bookyflow.api.endpoint import endpoint

# Changes of prices: all need one scope. Which of them may write is for the mode of the property
# to say.
change = partial(endpoint, scope="tariffs_set")
