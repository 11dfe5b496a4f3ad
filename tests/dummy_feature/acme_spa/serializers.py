from __future__ import annotations

from rest_framework import serializers

from acme_spa.models import Treatment
from acme_spa.services import NewTreatment
from bookyflow.api.wire.fields import LineText
from bookyflow.api.wire.inputs import In


class TreatmentOut(serializers.ModelSerializer[Treatment]):
    treatment_uid = serializers.IntegerField(source="pk")

    class Meta:
        model = Treatment
        fields = ("treatment_uid", "name", "minutes")


class TreatmentIn(In[NewTreatment]):
    builds = NewTreatment

    name = LineText(max_length=100)
    minutes = serializers.IntegerField(source="length", max_value=600)
