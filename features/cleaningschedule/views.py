from __future__ import annotations

from datetime import date
from functools import cached_property

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.properties.models import PropertyText
from bookyflow.properties.selectors import property_text
from bookyflow.reservations.cleaning import rooms_to_clean
from features.cleaningschedule.serializers import RoomToCleanOut


class Cleaning(FeatureViewSet):
    """What housekeeping has to do."""

    @cached_property
    def property_name(self) -> str:
        """The name of the property, in the language of the request."""
        name = property_text(
            property_id=self.property_uid,
            field=PropertyText.Field.NAME,
            language=self.language,
        )
        return name or self.prop.name

    @endpoint(
        scope="bookings_get",
        key="cleanschedule",
        returns=RoomToCleanOut(many=True),
        paged=True,
        replica=True,
    )
    def list(self, request: Request, property_uid: int, year_month: date | None = None) -> Response:
        """List the rooms that fall due for cleaning this month, by the day of departure.

        One row for each room of each booking or block that departs in the month, which is the
        present one at the property. For another month put it behind the id of the property:
        `/cleaningschedule/31/2027-06`; a date stands for its month.
        """
        day = year_month or self.prop.settings.today()
        return self.reply(self.page(rooms_to_clean(property_id=property_uid, day=day)))
