from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet


class Echo(FeatureViewSet):
    @endpoint(scope="echo_get", key="echo", returns=serializers.CharField(help_text="Always ECHO."))
    def get(self, request: Request) -> Response:
        """Answer with a fixed word.

        Proves that connection, token and scope are in order. Touches no data.
        """
        return self.reply("ECHO")
