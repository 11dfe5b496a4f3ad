from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Degrees, EnteredAmount, Flag, LineText, PlainText, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.properties.texts import HTML_FIELDS, LONGEST_TEXT

_line = partial(LineText, max_length=255, required=False, allow_blank=True)
_html = partial(
    PlainText, max_length=LONGEST_TEXT, required=False, allow_blank=True, help_text="Safe HTML."
)


def _new_property(*, price: Decimal | None = None, **facts: Any) -> dict[str, Any]:
    texts = {str(name): facts.pop(name) for name in sorted(HTML_FIELDS) if name in facts}
    asking = {} if price is None else {"asking_price": f"{price:f}"}
    return {"texts": texts, **asking, **facts}


class NewPropertyIn(In[dict[str, Any]]):
    builds = _new_property

    property_name = LineText(source="name", max_length=255)
    property_street = _line(source="street")
    property_town = _line(source="town")
    region = Uid(
        source="region_id",
        required=False,
        help_text="A region of the country; needed before it is published, where there are any.",
    )
    country = PlainText(max_length=3, help_text="ISO 3166-1; UK and EL are understood.")
    property_postcode = _line(source="postcode", max_length=50)
    property_tel = _line(source="tel", max_length=50)
    property_email = _line(source="email", max_length=254)
    price = EnteredAmount(required=False, help_text="Of what is for sale.")
    lat = Degrees(90, source="latitude", required=False)
    long = Degrees(180, source="longitude", required=False)
    ptype_id = Uid(source="property_type_id", help_text="Property type id.")
    stars = serializers.IntegerField(min_value=0, max_value=5, required=False)
    superior = Flag(required=False)
    property_description = _html()
    property_checkin_times = _html()
    property_area_activities = _html()
    property_driving_directions = _html()
    property_airports = _html()
    property_othertransport = _html()
    property_policies_disclaimers = _html()
