from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import PlainText
from bookyflow.reservations.notes import LONGEST_NOTE


class NoteIn(serializers.Serializer[Any]):
    aliases = {"note": "text"}

    text = PlainText(max_length=LONGEST_NOTE)
