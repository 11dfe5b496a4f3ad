from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.accounts.models import User


class ManagerOut(serializers.Serializer[Any]):
    user_id = serializers.IntegerField(source="pk")
    user_name = serializers.CharField(source="username")
    access_level = serializers.IntegerField(help_text="50, 70 or 90.")


class SiteAddress(serializers.URLField):
    """Where this site is."""

    def get_attribute(self, user: User) -> str:
        """The address, absolute."""
        return str(self.context["request"].build_absolute_uri("/"))


class ManagerProfileOut(serializers.Serializer[Any]):
    firstname = serializers.CharField(source="first_name")
    surname = serializers.CharField(source="last_name")
    email = serializers.CharField()
    url = SiteAddress(help_text="Of this site.")
