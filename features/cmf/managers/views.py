from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.properties.access import staff_member, staff_of
from features.cmf.contract import cmf
from features.cmf.managers.serializers import ManagerOut, ManagerProfileOut


class Managers(FeatureViewSet):
    """Who works on a property."""

    @cmf(returns=serializers.DictField(child=ManagerOut(), help_text="By account id."))
    def property_managers(self, request: Request, property_uid: int) -> Response:
        """List the accounts that were given access to a property, receptionists too."""
        found = staff_of(property_id=property_uid)
        return self.reply({user.pk: user for user in found})

    @cmf(returns=ManagerProfileOut(), raises=("manager_not_found",))
    def property_manager_profile(
        self, request: Request, property_uid: int, manager_id: int
    ) -> Response:
        """Read who somebody is who was given access to the property, and nobody else."""
        return self.reply(staff_member(property_id=property_uid, user_id=manager_id))
