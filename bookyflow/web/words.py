"""Words that pages of several areas share."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bookyflow.core.languages import family

# By their numbers in the domain, from Monday on.
WEEKDAYS = (
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (0, _("Sunday")),
)


def language_now() -> str:
    """The language of the page, as names of countries and amounts are written."""
    return family(get_language() or "en")
