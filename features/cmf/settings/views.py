from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.api.wire.settings import SettingsOut
from bookyflow.properties.plugin_settings import (
    payment_methods,
    plugin_settings,
    plugin_settings_save,
)
from bookyflow.property_settings.services import settings_change
from bookyflow.property_settings.values import (
    deposit_type,
    settings_values,
    unknown_names,
)
from features.cmf.contract import cmf
from features.cmf.settings.serializers import (
    PluginSettingsIn,
    PluginSettingsSavedOut,
    SettingsIn,
    SettingsKeysIn,
    SettingsKeysOut,
    SettingsSavedOut,
)

HIDES = "What may be a secret, anything but flags and e-mail addresses, is shown as ********."


class Settings(FeatureViewSet):
    """How a property books and prices."""

    @cmf(returns=SettingsOut(), replica=True)
    def property_settings(self, request: Request, property_uid: int) -> Response:
        """Read all settings of a property, those that follow from others too."""
        return self.reply(settings_values(self.prop))

    @cmf(
        body=SettingsIn,
        prop="body",
        versioned="property",
        returns=SettingsSavedOut(),
        raises=("confirmation_needed",),
    )
    def put_property_settings(self, request: Request) -> Response:
        """Change settings of a property: all that are named, or nothing where one is refused.

        Names and values are those of GET /cmf/property/settings; names that only concerned the
        display elsewhere are refused, with the reason. What follows from something else may be sent
        as it is. A channel can switch api_privacy_off and allow_channel_property_local_admin off
        and not on. The tariff mode is changed by itself. Open bookings keep the currency, tax and
        kind of prices that they were made with; while there are any, these settings are changed
        only with `confirmed`.
        """
        saved = settings_change(prop=self.prop, by=self.actor, **self.input(SettingsIn))
        return self.reply(saved)

    @cmf(body=SettingsKeysIn, has_effect=False, returns=SettingsKeysOut())
    def property_validate_settings_keys(self, request: Request) -> Response:
        """Check which names of settings PUT /cmf/property/settings knows; nothing is written."""
        unknown = unknown_names(**self.input(SettingsKeysIn))
        return self.reply({"valid": not unknown, "invalid_keys": unknown})

    @cmf(
        returns=serializers.IntegerField(
            help_text="1: none is charged; 3: per cent of the total; 5: an amount, or one night."
        ),
        replica=True,
    )
    def property_deposit_type(self, request: Request, property_uid: int) -> Response:
        """Read what kind of deposit a property asks for, as a number of the list of types."""
        return self.reply(deposit_type(self.prop.settings))


class PluginSettings(FeatureViewSet):
    """What plug-ins, such as payment gateways, have to know of a property."""

    @cmf(
        returns=serializers.DictField(
            child=serializers.DictField(child=serializers.CharField()),
            help_text=f"Plug-in → setting → value. {HIDES}",
        )
    )
    def property_plugin_settings(self, request: Request, property_uid: int) -> Response:
        """Read the settings of plug-ins that are stored for a property, without secrets."""
        return self.reply(plugin_settings(property_id=property_uid))

    @cmf(body=PluginSettingsIn, prop="body", returns=PluginSettingsSavedOut())
    def put_property_plugin_settings(self, request: Request) -> Response:
        """Store settings of a plug-in for a property, encrypted.

        Those that are not named stay. The answer has what was new and what has changed; what may be
        a secret is shown as ********.
        """
        saved = plugin_settings_save(
            property_id=self.property_uid, by=self.actor, **self.input(PluginSettingsIn)
        )
        return self.reply(saved)

    @cmf(returns=serializers.ListField(child=serializers.CharField()))
    def property_payment_methods(self, request: Request, property_uid: int) -> Response:
        """List the payment plug-ins with which guests of a property can pay.

        They are active in its settings of plug-ins, and this site has installed them and switched
        them on.
        """
        return self.reply(payment_methods(property_id=property_uid))
