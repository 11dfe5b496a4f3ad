"""The endpoints by noun, each in a package with its own paths, views and serializers."""

from __future__ import annotations

from features.webhooks.feed import urls as feed

urlpatterns = [
    *feed.urlpatterns,
]
