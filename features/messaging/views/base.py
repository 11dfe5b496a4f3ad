from __future__ import annotations

from bookyflow.api.views import FeatureViewSet
from bookyflow.api.wire.shown import PERSONAL
from bookyflow.messaging.selectors import Viewer


class MessagingView(FeatureViewSet):
    """What somebody writes and reads."""

    @property
    def viewer(self) -> Viewer:
        """For whom conversations are shown."""
        return Viewer(self.reach, sees_guests=self.access.allows(PERSONAL))

    @property
    def language_asked_for(self) -> str:
        """The language that the request names; "" for none."""
        names_one = self.request.query_params.get("language") or self.request.headers.get(
            "Accept-Language"
        )
        return self.language if names_one else ""
