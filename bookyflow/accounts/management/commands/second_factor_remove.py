from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bookyflow.accounts.models import User
from bookyflow.accounts.second_factors import second_factors_remove
from bookyflow.core.acting import SYSTEM


class Command(BaseCommand):
    """Takes the second factors from an account whose owner has lost them."""

    help = "Remove app, passkeys and recovery codes of an account, and end its sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        """One user name."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove them and say how many there were."""
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError("There is no account of this name.")
        removed = second_factors_remove(user=user, by=SYSTEM)
        self.stdout.write(f"{removed} removed. The password alone opens the account now.")
