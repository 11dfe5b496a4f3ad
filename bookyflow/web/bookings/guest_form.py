"""Who a guest is, as staff write it down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bookyflow.core.languages import DEFAULT
from bookyflow.core.places import countries_named, plain_region, regions_named
from bookyflow.guests.services import GuestDetails
from bookyflow.guests.validation import LONGEST
from bookyflow.web.forms import PageForm

NAMES = tuple(GuestDetails.__dataclass_fields__)


def line(label: Any, **options: Any) -> forms.CharField:
    """A short text, which need not be given."""
    return forms.CharField(**{"label": label, "required": False, "max_length": LONGEST} | options)


class GuestForm(PageForm):
    """The fields of GuestDetails."""

    first_name = line(_("First name"))
    surname = line(_("Surname"), required=True)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)
    mobile = line(_("Mobile"))
    phone = line(_("Telephone"))
    house = line(_("House"))
    street = line(_("Street"))
    postcode = line(_("Postcode"))
    town = line(_("Town"))
    region = forms.ChoiceField(label=_("Region"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    language = line(_("Language"), max_length=5, help_text=_("Such as en, or de-AT."))

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), **options)
        language = get_language() or DEFAULT
        country = str(self["country"].value() or "")
        here = [one for one in regions_named(language) if one.country == country]
        known = str(self["region"].value() or "")
        others = [] if not known or known in {one.code for one in here} else [(known, known)]
        self._choices("region", [*((one.code, plain_region(one.name)) for one in here), *others])
        self._choices("country", [(one.code, one.name) for one in countries_named(language)])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = [("", ""), *choices]

    def details(self) -> GuestDetails:
        """The person who was written down."""
        return GuestDetails(**{name: self.cleaned_data[name] for name in NAMES})


def guest_initial(who: GuestDetails) -> dict[str, str]:
    """What the fields show of a person."""
    return asdict(who)
