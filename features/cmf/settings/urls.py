from __future__ import annotations

from django.urls import path

from features.cmf.settings.views import PluginSettings, Settings

urlpatterns = [
    path("property/settings", Settings.as_view({"put": "put_property_settings"})),
    path("property/settings/<uid:property_uid>", Settings.as_view({"get": "property_settings"})),
    path(
        "property/validate/settings/keys",
        Settings.as_view({"post": "property_validate_settings_keys"}),
    ),
    path(
        "property/deposit/type/<uid:property_uid>",
        Settings.as_view({"get": "property_deposit_type"}),
    ),
    path(
        "property/plugin/settings", PluginSettings.as_view({"put": "put_property_plugin_settings"})
    ),
    path(
        "property/plugin/settings/<uid:property_uid>",
        PluginSettings.as_view({"get": "property_plugin_settings"}),
    ),
    path(
        "property/payment/methods/<uid:property_uid>",
        PluginSettings.as_view({"get": "property_payment_methods"}),
    ),
]
