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
