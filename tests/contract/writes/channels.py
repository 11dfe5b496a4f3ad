"""Links of properties to channels."""

from __future__ import annotations

from functools import partial

from bookyflow.channels.beds24 import beds24_link
from tests.contract.writes import World, write


@write(beds24_link, "property_updated")
def _(w: World):
    link = partial(beds24_link, property_id=w.hotel.pk, user_id=w.manager.pk, by=w.by)
    yield partial(link, beds24_id="77")
    yield partial(link, beds24_id="77")
    yield partial(link, beds24_id="")
