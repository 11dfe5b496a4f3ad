from __future__ import annotations

from django.urls import path

from bookyflow.api.routes import also, localized
from tests.api.probe.views import Looks, Notes

urlpatterns = [
    path("write", Notes.as_view({"post": "write", "put": "write_slowly"})),
    *localized("write/<str:text>/<str:other>", Notes, {"post": "old_write"}),
    path("checked", Notes.as_view({"post": "write_checked"})),
    path("each", Notes.as_view({"put": "write_each"})),
    path("secret", Notes.as_view({"post": "write_secret"})),
    path("refuse", Notes.as_view({"post": "write_and_refuse"})),
    path("rivals", Notes.as_view({"post": "write_with_rivals"})),
    path("constraint", Notes.as_view({"post": "break_constraint"})),
    path("parse", Notes.as_view({"post": "parse"})),
    path("version/<uid:property_uid>", Notes.as_view({"put": "change_versioned"})),
    path("version/<uid:property_uid>/<uid:contract_uid>", Notes.as_view({"put": "change_booking"})),
    path("property", Notes.as_view({"put": "change_property"})),
    path("empty", Looks.as_view({"get": "empty"})),
    also("empty/once/more", Looks, {"get": "empty"}),
    *localized("tongue", Looks, {"get": "tongue"}),
    path("limited", Looks.as_view({"get": "limited"})),
    path("fail", Looks.as_view({"get": "fail"})),
    path("property/<uid:property_uid>", Looks.as_view({"get": "property_name"})),
    path("property/<uid:property_uid>/language", Looks.as_view({"get": "property_language"})),
    path("channel/<uid:property_uid>", Looks.as_view({"get": "channel_property"})),
    path("channel", Looks.as_view({"get": "channel_actor"})),
    path("proxied", Looks.as_view({"get": "proxied"})),
    path("plain", Looks.as_view({"get": "plain"})),
    path("days/<date:start>/<date:end>", Looks.as_view({"get": "day"})),
    path("old/<uid:property_uid>/<str:word>", Looks.as_view({"get": "old"})),
    path("older", Looks.as_view({"get": "older"})),
    path("kinds", Looks.as_view({"get": "kinds"})),
    path("houses", Looks.as_view({"get": "houses"})),
    path("fine", Looks.as_view({"get": "fine"})),
]
