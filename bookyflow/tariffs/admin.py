from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from bookyflow.core.admin import ReadOnlyAdmin
from bookyflow.tariffs.models import Coupon, Extra, TariffType, TaxRate


@admin.register(TaxRate)
class TaxRateAdmin(ModelAdmin):
    """The site's rates of tax; one that an extra has cannot be deleted."""

    list_display = ("code", "description", "rate")
    search_fields = ("code", "description")


@admin.register(TariffType)
class TariffTypeAdmin(ReadOnlyAdmin):
    """Tariff types, to read."""

    list_display = ("id", "property", "room_type", "name", "max_stay", "deleted_at")
    list_select_related = ("property", "room_type")
    search_fields = ("=id", "=property__id", "name")


@admin.register(Extra)
class ExtraAdmin(ReadOnlyAdmin):
    """Extras, to read."""

    list_display = ("id", "property", "name", "price", "model", "is_published", "deleted_at")
    list_select_related = ("property",)
    search_fields = ("=id", "=property__id", "name")


@admin.register(Coupon)
class CouponAdmin(ReadOnlyAdmin):
    """Coupons, to read."""

    list_display = ("id", "property", "code", "amount", "is_percentage", "valid_to", "deleted_at")
    list_select_related = ("property",)
    search_fields = ("=id", "=property__id", "code")
