from __future__ import annotations

import re
from typing import Any

from allauth.account import admin as account_admin
from allauth.mfa import admin as mfa_admin
from allauth.usersessions import admin as sessions_admin
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from oauth2_provider import admin as toolkit_admin
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from bookyflow.accounts.models import AccessLevel, KeyPair, SiteSettings, User
from bookyflow.accounts.second_factors import second_factors_remove
from bookyflow.accounts.services import key_pair_revoke
from bookyflow.accounts.site import ROW, site_settings_save
from bookyflow.accounts.users import user_add, user_level_set
from bookyflow.core.admin import act_on_each, actor_of

# The toolkit's own pages would make applications past our rules and show secrets and tokens.
for _model in (
    toolkit_admin.application_model,
    toolkit_admin.access_token_model,
    toolkit_admin.refresh_token_model,
    toolkit_admin.grant_model,
    toolkit_admin.id_token_model,
    # Nor allauth's: second factors and sessions are their owners', addresses are not kept there.
    account_admin.EmailAddress,
    mfa_admin.Authenticator,
    sessions_admin.UserSession,
):
    admin.site.unregister(_model)


API_NAME = re.compile(r"\s*\([A-Za-z_]+(, [A-Za-z_]+)*\)$")


class AccountForm(UserChangeForm):
    """Changes an account; what a service would refuse is refused beside the field."""

    class Meta:
        model = User
        fields = "__all__"
        help_texts = {
            "access_level": "What the account may do at properties and may give to key pairs. It "
            "opens no page of the administration.",
            "is_staff": "May sign in to the administration, and see what its rights there name.",
            "is_superuser": "May do everything in the administration. Whether it reaches "
            "properties and guests is a matter of the access level.",
            "is_active": "Without it the account cannot sign in, and its key pairs do nothing.",
        }

    def clean_access_level(self) -> int:
        """A suspended account does not become a super manager."""
        level = int(self.cleaned_data["access_level"])
        if self.instance.is_suspended and level >= AccessLevel.SUPER_MANAGER:
            raise forms.ValidationError("End the suspension first.")
        return level


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg]  # not subscriptable
    """Accounts: create, set the level. They are never deleted: history names them."""

    form = AccountForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "level", "is_suspended", "is_active", "last_login")
    list_filter = ("access_level", "is_suspended", "is_active", "is_staff")
    readonly_fields = ("is_suspended", "last_login", "date_joined")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password", "first_name", "last_name", "email")}),
        ("Access", {"fields": ("access_level", "is_suspended", "is_active")}),
        ("Pages", {"fields": ("language", "time_zone")}),
        ("Administration", {"fields": ("is_staff", "is_superuser")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "email", "access_level", "password1", "password2"),
            },
        ),
    )

    actions: tuple[str, ...] = ("remove_second_factors",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: bookings and the log name accounts. Suspend them."""
        return False

    def has_second_factors_permission(self, request: HttpRequest) -> bool:
        """Superusers: others could open the accounts of those above them."""
        return bool(getattr(request.user, "is_superuser", False))

    @admin.action(
        description="Remove second factors (lost telephone)", permissions=["second_factors"]
    )
    def remove_second_factors(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let the passwords of the chosen accounts be enough again."""
        by = actor_of(request)
        act_on_each(self, request, queryset, lambda user: second_factors_remove(user=user, by=by))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Only a superuser gives rights; other staff could raise themselves."""
        fields = tuple(super().get_readonly_fields(request, obj))
        if getattr(request.user, "is_superuser", False):
            return fields
        return (*fields, "access_level", "is_staff", "is_superuser")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's signature
        """Store the account; a new one and a changed level go through their services."""
        if not change:
            user_add(user=obj, by=actor_of(request))
            return
        level = obj.access_level
        if "access_level" in form.changed_data:
            obj.access_level = form.initial["access_level"]
        super().save_model(request, obj, form, change)
        user_level_set(user=obj, level=level, by=actor_of(request))

    @admin.display(description="level", ordering="access_level")
    def level(self, user: User) -> str:
        """The access level in words."""
        return AccessLevel(user.access_level).label


@admin.register(KeyPair)
class KeyPairAdmin(ModelAdmin):
    """Everybody's key pairs, to read and to revoke. No secret is shown; none could be."""

    list_display = ("name", "client_id", "user", "is_test", "is_live", "created", "last_used_at")
    list_filter = ("is_test",)
    list_select_related = ("user",)
    search_fields = ("name", "client_id", "user__username")
    fields = readonly_fields = (
        "name",
        "client_id",
        "user",
        "granted_scopes",
        "all_properties",
        "allowed_networks",
        "is_test",
        "created",
        "expires_at",
        "revoked_at",
        "last_used_at",
    )
    actions = ("revoke",)
    view_on_site = False  # it has no page of its own there

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of a key pair, without buttons to save it: there is nothing to change."""
        nothing = {"show_save": False, "show_save_and_continue": False}
        response: HttpResponse = super().change_view(
            request, object_id, form_url, (extra_context or {}) | nothing
        )
        return response

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: owners make their key pairs themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: the log names key pairs. Revoke them."""
        return False

    @admin.display(boolean=True, description="works")
    def is_live(self, key: KeyPair) -> bool:
        """Neither revoked nor expired."""
        return key.is_live

    @admin.action(description="Revoke", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[KeyPair]) -> None:
        """End the chosen key pairs for good."""
        by = actor_of(request)
        act_on_each(self, request, queryset, lambda key: key_pair_revoke(key=key, by=by))


@admin.register(SiteSettings)
class SiteSettingsAdmin(ModelAdmin):
    """The settings of the site: one page, always there."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A field; its help leaves out the name that clients of the API know the setting by."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.help_text = API_NAME.sub("", str(field.help_text)).strip()
        return field

    fieldsets = (
        (
            "Money",
            {
                "description": "What every property sells in, and asks for in advance.",
                "fields": (
                    "global_currency",
                    "converts_prices",
                    "shows_tax_in_totals",
                    "minimum_deposit_percentage",
                ),
            },
        ),
        (
            "Properties",
            {
                "description": "Who may add properties, and when visitors see them.",
                "fields": (
                    "self_registration",
                    "approves_automatically",
                    "unpublishes_incomplete",
                    "reapproves_unpublished",
                    "only_country",
                    "own_room_types_allowed",
                    "contact_name",
                    "contact_tel",
                    "contact_email",
                ),
            },
        ),
        (
            "Bookings",
            {
                "fields": (
                    "baskets",
                    "copies_mail_to_administrators",
                    "cancels_unpaid",
                    "cancels_unpaid_after_days",
                    "reminds_of_payment",
                    "reminds_of_payment_days",
                )
            },
        ),
        (
            "Reviews",
            {
                "fields": (
                    "reviews_on",
                    "publishes_reviews",
                    "only_guests_review",
                    "reviews_shown",
                    "asks_for_reviews",
                    "reminds_of_review",
                    "reminds_of_review_days",
                )
            },
        ),
        (
            "Personal data",
            {
                "description": "How long names and addresses of guests are kept.",
                "fields": ("keeps_bookings_days", "keeps_invoices_days"),
            },
        ),
        (
            "Display and search",
            {
                "fields": (
                    "languages",
                    "date_input_format",
                    "week_starts_on",
                    "latitude",
                    "longitude",
                    "capacity_search",
                    "properties_per_page",
                )
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: there is one row."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: there is one row."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is nothing to choose from; the page of the one row opens."""
        return redirect("admin:accounts_sitesettings_change", ROW)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> SiteSettings | None:
        """The row, made where it is missing."""
        if object_id == str(ROW):
            SiteSettings.objects.bulk_create([SiteSettings(pk=ROW)], ignore_conflicts=True)
        found: SiteSettings | None = super().get_object(request, object_id, from_field)
        return found

    def save_model(self, request: HttpRequest, obj: SiteSettings, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's signature
        """Store what was changed, by its service."""
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        site_settings_save(values=values, by=actor_of(request))
