from __future__ import annotations

from django.apps import AppConfig


class FavouritesFeature(AppConfig):
    name = "features.favourites"
    label = "feature_favourites"
