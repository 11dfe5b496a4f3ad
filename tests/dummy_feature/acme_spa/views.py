from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from acme_spa.selectors import treatment_list
from acme_spa.serializers import TreatmentIn, TreatmentOut
from acme_spa.services import treatment_create
from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet


class Treatments(FeatureViewSet):
    @endpoint(scope="spa_get", key="treatments", returns=TreatmentOut(many=True))
    def list(self, request: Request, property_uid: int) -> Response:
        """List the treatments of a property."""
        return self.reply(treatment_list(property_id=property_uid))

    @endpoint(scope="spa_set", key="treatment", body=TreatmentIn, returns=TreatmentOut())
    def create(self, request: Request, property_uid: int) -> Response:
        """Add a treatment to a property."""
        new = self.input(TreatmentIn)
        return self.reply(treatment_create(property_id=property_uid, new=new))
