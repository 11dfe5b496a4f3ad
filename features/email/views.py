from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.accounts.selectors import user_email
from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet


class Email(FeatureViewSet):
    @endpoint(
        scope="email_get",
        key="email_address",
        returns=serializers.CharField(help_text="Empty when the account has none."),
    )
    def get(self, request: Request) -> Response:
        """Read the e-mail address of the key pair's owner.

        There is no way to ask for somebody else's.
        """
        return self.reply(user_email(user_id=self.access.owner_id))
