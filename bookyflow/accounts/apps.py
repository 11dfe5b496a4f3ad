from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "bookyflow.accounts"

    def ready(self) -> None:
        """Have the secrets of second factors rotated with everything else that is encrypted."""
        from bookyflow.accounts.second_factors import second_factors_renew  # noqa: PLC0415  # models
        from bookyflow.core.rotation import rotation_add  # noqa: PLC0415  # beside it

        rotation_add("second factors", second_factors_renew)
