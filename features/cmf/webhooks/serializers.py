from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.bounded import BoundedList
from bookyflow.api.wire.fields import Flag, JSONText, LineText, PlainText, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.events.models import EventKind
from bookyflow.webhooks.addresses import LONGEST
from bookyflow.webhooks.models import AuthMethod
from bookyflow.webhooks.services import LONGEST_CREDENTIAL, WebhookDetails

HIDDEN = "********"  # in the place of a secret


class WebhookSettingsIn(In[dict[str, Any]]):
    builds = dict

    url = LineText(max_length=LONGEST, help_text="A public address, with https.")
    authmethod = serializers.ChoiceField(
        AuthMethod.choices, source="auth_method", default=AuthMethod.NONE.value
    )
    basic_username = LineText(
        source="username", max_length=LONGEST_CREDENTIAL, required=False, allow_blank=True
    )
    basic_password = PlainText(
        source="password",
        max_length=LONGEST_CREDENTIAL,
        required=False,
        allow_blank=True,
        trim_whitespace=False,
    )
    events = BoundedList(
        child=PlainText(max_length=40),
        max_length=len(EventKind),
        required=False,
        help_text="Kinds of events to tell of; none, or no list: all.",
    )


def _webhook(*, settings: dict[str, Any], is_enabled: bool) -> dict[str, Any]:
    return {"details": WebhookDetails(**settings), "is_enabled": is_enabled}


class WebhookIn(In[dict[str, Any]]):
    builds = _webhook

    settings = JSONText(WebhookSettingsIn())
    enabled = Flag(source="is_enabled", default=False, help_text="1: told from now on.")


class WebhookStateIn(In[dict[str, Any]]):
    builds = dict

    webhook_id = Uid()
    state = Flag(source="is_enabled")


class Credential(serializers.CharField):
    """A secret, of which only that there is one is shown."""

    def to_representation(self, value: str) -> str:
        """Stars, or nothing."""
        return HIDDEN if value else ""


class WebhookSettingsOut(serializers.Serializer[Any]):
    url = serializers.CharField()
    authmethod = serializers.CharField(source="auth_method")
    basic_username = Credential(source="username", help_text=f"{HIDDEN}, or empty.")
    basic_password = Credential(source="password", help_text=f"{HIDDEN}, or empty.")
    events = serializers.ListField(child=serializers.CharField(), help_text="Empty: all.")


class WebhookOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    manager_id = serializers.IntegerField(source="owner_id")
    settings = WebhookSettingsOut(source="*")
    enabled = serializers.BooleanField(source="is_enabled")
