"""What an account says about itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import transaction

from bookyflow.accounts.models import User
from bookyflow.core.dates import is_time_zone
from bookyflow.core.errors import DomainError
from bookyflow.core.texts import as_line

LONGEST_NAME = 150


@dataclass(frozen=True)
class Profile:
    """A name, and the language and time zone of the pages; empty: the site's.

    Raises DomainError `validation_failed`.
    """

    first_name: str = ""
    last_name: str = ""
    language: str = ""
    time_zone: str = ""

    def __post_init__(self) -> None:
        problems = {
            name: [f"At most {LONGEST_NAME} characters."]
            for name in ("first_name", "last_name")
            if len(getattr(self, name)) > LONGEST_NAME
        }
        if self.language and self.language not in dict(settings.LANGUAGES):
            problems["language"] = ["The pages are not there in this language."]
        if self.time_zone and not is_time_zone(self.time_zone):
            problems["time_zone"] = ["There is no such time zone."]
        if problems:
            raise DomainError("validation_failed", fields=problems)


@transaction.atomic
def profile_set(*, user_id: int, profile: Profile) -> None:
    """Store what an account says about itself."""
    user = User.objects.select_for_update().get(pk=user_id)
    for name, value in asdict(profile).items():
        setattr(user, name, as_line(value).strip())
    user.save(update_fields=list(asdict(profile)))
