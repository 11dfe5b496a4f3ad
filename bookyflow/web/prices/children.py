"""What children pay, by age."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bookyflow.accounts.models import AccessLevel
from bookyflow.properties.models import Property
from bookyflow.tariffs.child_rates import (
    OLDEST,
    ChildBand,
    child_rate_list,
    child_rates_save,
)
from bookyflow.web.editing import FormPage, GroupedForm, Text, form_page, posted
from bookyflow.web.fields import MoneyField
from bookyflow.web.pages import actor_of, form_methods, property_page

SPARE = 2  # empty bands beyond those that there are
NEEDED = ("age_from", "age_to", "price")
COUNT = _("Every age from the youngest that is taken needs a rate. Empty a band to take it away.")
COUNT_NOT = _("They count where children are welcome and prices are per person: see the settings.")


class ChildRatesForm(GroupedForm):
    """Bands of ages; one that is left empty is none."""

    def __init__(self, *args: Any, count: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self._count = count
        groups: list[tuple[Text, list[str]]] = []
        for number in range(count):
            made = {
                f"age_from_{number}": _age(_("From age")),
                f"age_to_{number}": _age(_("To age, included")),
                f"price_{number}": MoneyField(label=_("Price"), required=False),
                f"per_stay_{number}": forms.BooleanField(
                    label=_("Once per stay, not per night"), required=False
                ),
            }
            for field in made.values():
                is_flag = isinstance(field, forms.BooleanField)
                field.widget.attrs["class"] = "form-check-input" if is_flag else "form-control"
            self.fields.update(made)
            groups.append((gettext("Band %(n)s") % {"n": number + 1}, list(made)))
        self.groups = groups

    def clean(self) -> dict[str, Any]:
        """Name what is missing of a band that has something."""
        found: dict[str, Any] = super().clean() or {}
        for number in range(self._count):
            names = [f"{name}_{number}" for name in NEEDED]
            if any(found.get(name) is not None for name in names):
                for name in names:
                    if found.get(name) is None and name not in self.errors:
                        self.add_error(name, _("It is needed, or leave the band empty."))
        return found

    def bands(self) -> list[ChildBand]:
        """The bands that are not empty."""
        said = self.cleaned_data
        return [
            ChildBand(*(said[f"{name}_{n}"] for name in (*NEEDED, "per_stay")))
            for n in range(self._count)
            if said[f"age_from_{n}"] is not None
        ]


@property_page(AccessLevel.MANAGER)
@form_methods
def child_rates(request: HttpRequest, prop: Property) -> HttpResponse:
    """Change what children pay."""
    rates = list(child_rate_list(prop=prop))
    initial = {
        f"{name}_{number}": getattr(rate, name)
        for number, rate in enumerate(rates)
        for name in (*NEEDED, "per_stay")
    }
    form = ChildRatesForm(posted(request), count=len(rates) + SPARE, initial=initial)
    settings = prop.settings
    counts = settings.allow_children and settings.per_person_per_night
    page = FormPage(
        _("Rates of children"),
        reverse("web:child_rates", args=[prop.pk]),
        _("The rates of children are saved."),
        tabs="web/prices/_tabs.html",
        tab="children",
        context={"prop": prop},
        lead=_(
            "Every age from the youngest that is taken needs a rate. Empty a band to take it away."
        )
        if counts
        else _(
            "They count where children are welcome and prices are per person: see the settings."
        ),
    )
    by = actor_of(request)
    return form_page(
        request,
        form,
        page,
        lambda: child_rates_save(property_id=prop.pk, bands=form.bands(), by=by),
    )


def _age(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=OLDEST, required=False)
