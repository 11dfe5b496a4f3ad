from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.bounded import BoundedJSON, BoundedMap
from bookyflow.api.wire.fields import Flag, JSONText, LineText, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.api.wire.settings import SomeSettings
from bookyflow.properties.plugin_settings import LONGEST_VALUE, MOST_SETTINGS

MOST_NAMES = 500
LONGEST_NAME = 100


class Values(BoundedMap):
    """Values by name: texts, numbers, flags or null."""

    default_error_messages = {"name": "Names have at most {longest} characters."}

    def __init__(self, *, most: int, longest: int, **kwargs: Any) -> None:
        child = BoundedJSON(max_size=longest, allow_null=True)
        super().__init__(child=child, allow_empty=False, max_length=most, **kwargs)

    def to_internal_value(self, data: Any) -> dict[Any, Any]:
        """The values. Raises ValidationError."""
        if isinstance(data, dict) and any(len(name) > LONGEST_NAME for name in data):
            self.fail("name", longest=LONGEST_NAME)
        return super().to_internal_value(data)


class SettingsIn(In[dict[str, Any]]):
    builds = dict

    property_uid = Uid()
    params = JSONText(
        Values(most=MOST_NAMES, longest=1000),
        source="values",
        help_text="Setting → value. Settings that are not named stay as they are.",
    )
    confirmed = Flag(
        default=False,
        help_text="1: change currency, tax or kind of prices although bookings are open, which "
        "keep theirs.",
    )


class SettingsSavedOut(serializers.Serializer[Any]):
    success = serializers.BooleanField(default=True)
    inserted_settings = SomeSettings(
        source="inserted", help_text="What has changed that had its default until now."
    )
    updated_settings = SomeSettings(source="updated", help_text="What else has changed.")


class SettingsKeysIn(In[dict[str, Any]]):
    builds = dict

    params = JSONText(
        Values(most=MOST_NAMES, longest=1000),
        source="given",
        help_text="Setting → value, of which only the names are looked at.",
    )


class SettingsKeysOut(serializers.Serializer[Any]):
    valid = serializers.BooleanField()
    invalid_keys = serializers.ListField(child=serializers.CharField())


class PluginSettingsIn(In[dict[str, Any]]):
    builds = dict

    property_uid = Uid()
    plugin = LineText(max_length=60, help_text="Name of the plug-in.")
    params = JSONText(
        Values(most=MOST_SETTINGS, longest=LONGEST_VALUE + 1),
        source="values",
        help_text="Setting → value. `active`, 1 or 0, is needed with the first ones; what is not "
        "named stays, and so does what is sent as ********.",
    )


class PluginSettingsSavedOut(serializers.Serializer[Any]):
    success = serializers.BooleanField(default=True)
    inserted_settings = serializers.DictField(child=serializers.CharField(), source="inserted")
    updated_settings = serializers.DictField(child=serializers.CharField(), source="updated")
