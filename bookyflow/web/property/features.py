"""What a property offers: wifi, a pool, parking."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bookyflow.accounts.models import AccessLevel
from bookyflow.properties.editing import property_features_set
from bookyflow.properties.models import Property
from bookyflow.properties.selectors import features_usable
from bookyflow.web.editing import FormPage, GroupedForm, form_page, posted
from bookyflow.web.pages import actor_of, form_methods, property_page


class FeaturesForm(GroupedForm):
    """The features by category: a field for each category."""

    def __init__(self, *args: Any, prop: Property, **options: Any) -> None:
        super().__init__(*args, **options)
        by_category: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        usable = features_usable(prop=prop).select_related("category").distinct()
        for one in usable:
            by_category[one.category.name if one.category else ""].append((one.pk, one.name))
        held = set(prop.features.values_list("pk", flat=True))
        for number, (category, choices) in enumerate(sorted(by_category.items())):
            field = forms.TypedMultipleChoiceField(
                label=category or gettext("Other"),
                coerce=int,
                choices=choices,
                required=False,
                initial=[pk for pk, _name in choices if pk in held],
                widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
            )
            self.fields[f"features_{number}"] = field

    @property
    def feature_ids(self) -> set[int]:
        """What is ticked."""
        return {pk for chosen in self.cleaned_data.values() for pk in chosen}


@property_page(AccessLevel.MANAGER)
@form_methods
def features(request: HttpRequest, prop: Property) -> HttpResponse:
    """Tick what the property offers."""
    form = FeaturesForm(posted(request), prop=prop)
    page = FormPage(
        pgettext_lazy("of a place to stay", "Features"),
        reverse("web:property_features", args=[prop.pk]),
        _("The features are saved."),
        tabs="web/property/_tabs.html",
        tab="features",
        context={"prop": prop},
        lead=_("What guests see on the page of the property, and can search for."),
    )
    by = actor_of(request)
    return form_page(
        request,
        form,
        page,
        lambda: property_features_set(property_id=prop.pk, feature_ids=form.feature_ids, by=by),
    )
