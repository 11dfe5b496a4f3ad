"""Coupons: listed, added, changed, deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bookyflow.accounts.models import AccessLevel
from bookyflow.core.money import display
from bookyflow.properties.models import Property
from bookyflow.tariffs.coupons import coupon_delete, coupon_list, coupon_write
from bookyflow.tariffs.models import Coupon
from bookyflow.web.editing import (
    FormPage,
    GroupedForm,
    Question,
    form_page,
    posted,
    question_page,
)
from bookyflow.web.fields import DayField, MoneyField
from bookyflow.web.pages import actor_of, form_methods, property_page
from bookyflow.web.words import language_now

TABS: dict[str, Any] = {"tabs": "web/prices/_tabs.html", "tab": "coupons"}
MOST_USES = 1_000_000


class CouponForm(GroupedForm):
    """A code, what it takes off, and when it counts."""

    code = forms.CharField(
        label=_("Code"),
        max_length=50,
        required=False,
        help_text=_("What guests enter. Left empty, one is made up."),
    )
    is_percentage = forms.TypedChoiceField(
        label=_("It takes off"),
        choices=[("1", _("per cent of the price")), ("0", _("an amount"))],
        coerce=lambda text: text == "1",
    )
    amount = MoneyField(label=_("How much"))
    rooms_only = forms.BooleanField(
        label=_("Of the rooms alone, not of extras"), required=False, initial=True
    )
    valid_from = DayField(label=_("Can be used from"), required=False)
    valid_to = DayField(label=_("Can be used until"), required=False)
    nights_from = DayField(label=_("For nights from"), required=False)
    nights_to = DayField(label=_("For nights until"), required=False)
    min_nights = forms.IntegerField(
        label=_("Fewest nights"), min_value=0, max_value=3650, initial=0
    )
    min_spend = MoneyField(label=_("Smallest price of the stay"), initial=0)
    max_uses = forms.IntegerField(
        label=_("Uses in all"), min_value=1, max_value=MOST_USES, required=False
    )
    max_uses_per_guest = forms.IntegerField(
        label=_("Uses by one guest"), min_value=1, max_value=MOST_USES, required=False
    )

    groups = (
        (_("Coupon"), ("code", "is_percentage", "amount", "rooms_only")),
        (_("When it counts"), ("valid_from", "valid_to", "nights_from", "nights_to")),
        (_("Conditions"), ("min_nights", "min_spend", "max_uses", "max_uses_per_guest")),
    )


NAMES = tuple(CouponForm.base_fields)


@property_page(AccessLevel.MANAGER)
@require_safe
def coupons(request: HttpRequest, prop: Property) -> HttpResponse:
    """The property's own coupons, the newest first."""
    rows = [(one, _amount(prop, one)) for one in coupon_list(prop=prop).order_by("-pk")]
    context = {"prop": prop, "rows": rows, "tab": "coupons", "today": prop.settings.today()}
    return render(request, "web/prices/coupons.html", context)


@property_page(AccessLevel.MANAGER)
@form_methods
def coupon_new(request: HttpRequest, prop: Property) -> HttpResponse:
    """Add a coupon."""
    form = CouponForm(posted(request), initial={"is_percentage": "1"})
    page = FormPage(_("New coupon"), _back(prop), _("The coupon is added."), **_frame(prop))
    by = actor_of(request)
    return form_page(
        request,
        form,
        page,
        lambda: coupon_write(property_id=prop.pk, by=by, **form.cleaned_data),
    )


@property_page(AccessLevel.MANAGER)
@form_methods
def coupon_edit(request: HttpRequest, prop: Property, coupon_id: int) -> HttpResponse:
    """Change a coupon."""
    coupon = _coupon(prop, coupon_id)
    initial = {name: getattr(coupon, name) for name in NAMES}
    initial["is_percentage"] = "1" if coupon.is_percentage else "0"
    form = CouponForm(posted(request), initial=initial)
    page = FormPage(
        coupon.code,
        _back(prop),
        _("The coupon is changed."),
        delete=reverse("web:coupon_delete", args=[prop.pk, coupon.pk]),
        **_frame(prop),
    )
    by = actor_of(request)
    return form_page(
        request,
        form,
        page,
        lambda: coupon_write(property_id=prop.pk, by=by, coupon_id=coupon.pk, **form.cleaned_data),
    )


@property_page(AccessLevel.MANAGER)
@form_methods
def coupon_remove(request: HttpRequest, prop: Property, coupon_id: int) -> HttpResponse:
    """Ask, then end a coupon."""
    coupon = _coupon(prop, coupon_id)
    question = Question(
        gettext("Delete “%(name)s”?") % {"name": coupon.code},
        [_("Nobody can use it any more. Bookings that used it keep their price.")],
        _("Delete the coupon"),
        _back(prop),
        _("The coupon is deleted."),
        **_frame(prop),
    )
    by = actor_of(request)
    return question_page(
        request,
        question,
        lambda: coupon_delete(property_id=prop.pk, coupon_id=coupon.pk, by=by),
    )


def _amount(prop: Property, coupon: Coupon) -> str:
    if coupon.is_percentage:
        return f"{coupon.amount.normalize():f} %"
    return display(coupon.amount, prop.settings.currency, language_now())


def _coupon(prop: Property, coupon_id: int) -> Coupon:
    found = coupon_list(prop=prop).filter(pk=coupon_id).first()
    if found is None:
        raise Http404
    return found


def _back(prop: Property) -> str:
    return reverse("web:coupons", args=[prop.pk])


def _frame(prop: Property) -> dict[str, Any]:
    return TABS | {"context": {"prop": prop}}
