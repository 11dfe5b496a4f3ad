from __future__ import annotations

from django.apps import AppConfig


class FavouritesConfig(AppConfig):
    name = "bookyflow.favourites"
