"""The endpoints by noun, each in a package with its own paths, views and serializers."""

from __future__ import annotations

from features.webhooks.endpoints import urls as endpoints
from features.webhooks.feed import urls as feed
from features.webhooks.objects import urls as objects

urlpatterns = [
    *endpoints.urlpatterns,
    *feed.urlpatterns,
    *objects.urlpatterns,
]
