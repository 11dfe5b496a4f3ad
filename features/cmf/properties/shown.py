from __future__ import annotations

from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.channels.selectors import property_detail


class PropertyShown(FeatureViewSet):
    """Base of calls that answer with the property as it is by then."""

    def shown(self, language: str = "") -> Response:
        """The whole property, as GET /cmf/property/{property_uid} shows it."""
        detail = property_detail(
            prop=self.prop, channel=self.channel_id, language=language or self.language
        )
        return self.reply(detail)
