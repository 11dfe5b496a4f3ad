from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.bounded import BoundedList
from bookyflow.api.wire.fields import LineText, Moment, PlainText, Truth, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.events.models import EventKind
from bookyflow.webhooks.addresses import LONGEST
from bookyflow.webhooks.log import Range
from bookyflow.webhooks.models import AuthMethod, DeliveryState, Pause
from bookyflow.webhooks.rotation import MOST_OLD_HOURS, OLD_HOURS
from bookyflow.webhooks.services import LONGEST_CREDENTIAL, MOST_PROPERTIES, WebhookDetails

LONGEST_CURSOR = 100
PAUSES = [one.value for one in Pause if one.value]
RESENT = "Counted anew when it is sent again."


class _Details(serializers.Serializer[Any]):
    url = LineText(max_length=LONGEST, help_text="A public address, with https.")
    authmethod = serializers.ChoiceField(
        AuthMethod.choices,
        source="auth_method",
        default=AuthMethod.NONE.value,
        help_text="What is sent besides the signature.",
    )
    username = LineText(max_length=LONGEST_CREDENTIAL, required=False, allow_blank=True)
    password = PlainText(
        max_length=LONGEST_CREDENTIAL,
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        help_text="Kept encrypted and never shown: send it with each change.",
    )
    events = BoundedList(
        child=PlainText(max_length=40),
        max_length=len(EventKind),
        required=False,
        help_text="Kinds of events to tell of; none, or no list: all, new kinds as well.",
    )
    properties = BoundedList(
        child=Uid(),
        max_length=MOST_PROPERTIES,
        source="property_ids",
        required=False,
        help_text="Properties to tell of; none, or no list: all of the manager, and for a key that "
        "reaches some only, these.",
    )


def _new(*, is_enabled: bool, **details: Any) -> dict[str, Any]:
    return {"details": WebhookDetails(**details), "is_enabled": is_enabled}


class EndpointIn(_Details, In[WebhookDetails]):
    builds = WebhookDetails


class NewEndpointIn(_Details, In[dict[str, Any]]):
    builds = _new

    enabled = Truth(
        source="is_enabled", default=True, help_text="Told from now on; else once it is resumed."
    )


class HealthOut(serializers.Serializer[Any]):
    last_success_at = serializers.DateTimeField(source="webhook.last_success_at", allow_null=True)
    last_failure_at = serializers.DateTimeField(source="webhook.last_failure_at", allow_null=True)
    failures = serializers.IntegerField(
        source="webhook.failures", help_text="In a row, of whatever was sent."
    )
    failing_since = serializers.DateTimeField(
        source="webhook.failing_since",
        allow_null=True,
        help_text="After three days of nothing else it is paused.",
    )
    milliseconds = serializers.IntegerField(
        source="webhook.last_milliseconds", help_text="How long the last answer took."
    )
    waiting = serializers.IntegerField(help_text="Deliveries that are still to be accepted.")
    next_try_at = serializers.DateTimeField(
        allow_null=True, help_text="null: nothing waits, or it is paused."
    )


class EndpointOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="webhook.pk")
    manager_id = serializers.IntegerField(source="webhook.owner_id")
    channel_id = serializers.IntegerField(
        source="webhook.channel_id", allow_null=True, help_text="The channel that registered it."
    )
    url = serializers.CharField(source="webhook.url")
    authmethod = serializers.CharField(source="webhook.auth_method")
    events = serializers.ListField(
        source="webhook.events", child=serializers.CharField(), help_text="Empty: all."
    )
    properties = serializers.ListField(
        source="webhook.property_ids",
        child=serializers.IntegerField(),
        help_text="Empty: all of the manager.",
    )
    enabled = serializers.BooleanField(source="webhook.is_enabled")
    paused_because = serializers.ChoiceField(
        PAUSES,
        source="webhook.pause",
        allow_blank=True,
        help_text="Empty: it is not paused, or by its manager. gone: the receiver answered 410. "
        "failing: it has accepted nothing for three days.",
    )
    is_test = serializers.BooleanField(
        source="webhook.is_test", help_text="Told of test properties alone."
    )
    created_at = serializers.DateTimeField(source="webhook.created_at")
    health = HealthOut(source="*")


class NewEndpointOut(serializers.Serializer[Any]):
    secret = serializers.CharField(
        help_text="What messages are signed with: shown this once. It begins with whsec_."
    )
    endpoint = EndpointOut(source="health")


class SecretIn(serializers.Serializer[Any]):
    old_valid_hours = serializers.IntegerField(
        source="old_hours",
        min_value=0,
        max_value=MOST_OLD_HOURS,
        default=OLD_HOURS,
        help_text="For how long messages are signed with the old secret as well; 0 where somebody "
        "else has it.",
    )


class SecretOut(serializers.Serializer[Any]):
    secret = serializers.CharField(
        help_text="What messages are signed with from now on: shown this once."
    )


class SampleIn(serializers.Serializer[Any]):
    event = serializers.ChoiceField(
        EventKind.values, source="kind", help_text="The kind of event to make up a message of."
    )


class ReplayIn(In[Range]):
    builds = Range

    since = Moment(
        required=False, help_text="Events from this moment on. This or `after` is needed."
    )
    until = Moment(required=False, help_text="Events before this moment.")
    after = PlainText(
        max_length=LONGEST_CURSOR,
        required=False,
        help_text="Events behind this cursor of GET /webhooks/events.",
    )


class ReplayOut(serializers.Serializer[Any]):
    deliveries = serializers.IntegerField(help_text="How many are sent.")


class DeliveriesQuery(serializers.Serializer[Any]):
    state = serializers.ChoiceField(
        DeliveryState.values, required=False, help_text="Only those in this state."
    )


class DeliveryOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    message_id = serializers.CharField(help_text="Its webhook-id.")
    event = serializers.CharField(source="kind", help_text="The kind of event, or webhook_ping.")
    property_uid = serializers.IntegerField(
        source="property_id", allow_null=True, help_text="null: a ping or a sample."
    )
    state = serializers.ChoiceField(
        DeliveryState.values,
        help_text="waiting, delivered, failed (given up), dropped (it may not be told any more).",
    )
    tries = serializers.IntegerField(help_text=RESENT)
    due_at = serializers.DateTimeField(help_text="When it is tried next, or was last.")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True, help_text="null: it waits.")


class AttemptOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True, help_text="null: nobody answered properly.")
    milliseconds = serializers.IntegerField()
    error = serializers.CharField(
        allow_blank=True,
        help_text="What was wrong, or how the receiver's answer begins where it refused.",
    )


class DeliveryWithAttemptsOut(DeliveryOut):
    attempts = AttemptOut(source="attempts.all", many=True, help_text="Oldest first.")
