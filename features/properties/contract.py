from __future__ import annotations

from functools import partial

from rest_framework import serializers

from bookyflow.api.endpoint import endpoint

# What is read by one scope, and by the calls of it that have one key or one kind of answer.
content = partial(endpoint, scope="content_get")
text = partial(content, returns=serializers.CharField(help_text="HTML."))
images = partial(content, key="images")
bookings = partial(endpoint, scope="bookings_get")
