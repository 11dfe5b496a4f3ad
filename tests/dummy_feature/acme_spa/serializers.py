from __future__ import annotations

from rest_framework import serializers

from acme_spa.models import Treatment


class TreatmentOut(serializers.ModelSerializer[Treatment]):
    treatment_uid = serializers.IntegerField(source="pk")

    class Meta:
        model = Treatment
        fields = ("treatment_uid", "name", "minutes")


class TreatmentIn(serializers.ModelSerializer[Treatment]):
    class Meta:
        model = Treatment
        fields = ("name", "minutes")
