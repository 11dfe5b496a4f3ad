from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, NoReturn

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from oauth2_provider.models import AbstractApplication

from bookyflow.core.currencies import is_currency
from bookyflow.core.languages import is_language
from bookyflow.core.places import countries, country_code


class AccessLevel(models.IntegerChoices):
    """What an account may do; each level includes those below it."""

    REGISTERED = 1, "Registered"
    RECEPTIONIST = 50, "Receptionist"
    MANAGER = 70, "Manager"
    SUPER_MANAGER = 90, "Super manager"


class User(AbstractUser):
    """An account that signs in. Guests who book need none."""

    access_level = models.PositiveSmallIntegerField(
        choices=AccessLevel, default=AccessLevel.REGISTERED
    )
    is_suspended = models.BooleanField(
        default=False, help_text="A suspended account and all of its key pairs do nothing."
    )
    language = models.CharField(
        max_length=5, blank=True, default="", db_default="", help_text="Of the site's pages."
    )
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="In which moments are shown; empty: UTC.",
    )

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(access_level__in=AccessLevel.values), name="user_access_level_known"
            ),
            models.CheckConstraint(
                condition=Q(is_suspended=False) | Q(access_level__lt=AccessLevel.SUPER_MANAGER),
                name="user_super_manager_not_suspended",
                violation_error_message="A super manager cannot be suspended.",
            ),
        ]

    @property
    def is_super_manager(self) -> bool:
        """Whether the account reaches every property."""
        return self.access_level >= AccessLevel.SUPER_MANAGER


class KeyPairManager(models.Manager["KeyPair"]):
    """Finds key pairs by client id, as the toolkit's own manager does."""

    def get_by_natural_key(self, client_id: str) -> KeyPair:
        """The key pair of a client id."""
        return self.get(client_id=client_id)


class KeyPair(AbstractApplication):
    """A client id with its secrets: what a manager hands to a client of the API.

    Secrets live in KeySecret. The inherited `client_secret` is never a credential; it keeps its
    random default, because the toolkit takes an empty one for "no secret needed".
    """

    granted_scopes = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    all_properties = models.BooleanField(
        default=True, help_text="Reaches all of its owner's properties, not only those listed."
    )
    allowed_networks = ArrayField(
        models.CharField(max_length=43),
        default=list,
        blank=True,
        help_text="Addresses or networks the key may be used from; empty: anywhere.",
    )
    is_test = models.BooleanField(default=False, help_text="Reaches test properties only.")
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[KeyPairManager] = KeyPairManager()

    class Meta:
        ordering = ("-id",)

    @property
    def get_absolute_url(self) -> NoReturn:
        """None: the toolkit names a page that is not served. Raises AttributeError."""
        raise AttributeError("key pairs have no page that is the same for everybody")

    def is_usable(self, request: object) -> bool:
        """Whether tokens may be made and used: neither revoked, expired nor its owner suspended."""
        owner = self.user
        return (
            self.revoked_at is None
            and (self.expires_at is None or self.expires_at > timezone.now())
            and owner is not None
            and owner.is_active
            and not owner.is_suspended
        )

    @property
    def is_live(self) -> bool:
        """Whether the pair itself still works (its owner aside)."""
        return self.revoked_at is None and (
            self.expires_at is None or self.expires_at > timezone.now()
        )


class KeySecret(models.Model):
    """One secret of a key pair, as a digest; several may live at once while one is replaced."""

    key = models.ForeignKey(KeyPair, models.CASCADE, related_name="secrets")
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8, help_text="The last characters, to tell secrets apart.")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"…{self.hint}"


class Attempt(models.Model):
    """How many passwords or secrets have failed until `ends_at`.

    `digest` is that of a name and an address, or of an address: neither is kept in plain.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    tries = models.PositiveSmallIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.tries} until {self.ends_at:%H:%M}"


class CapacitySearch(models.TextChoices):
    """Which capacity a search for so many guests finds; the names are the interface's."""

    AT_LEAST = "greaterthan", "At least as many"
    EXACTLY = "equal", "Exactly as many"


class SiteSettings(models.Model):
    """How this installation behaves as a whole: one row, which administrators change.

    What is set where the processes start (lifetimes of tokens, addresses, limits) is not here.
    `bookyflow.accounts.site.site_settings` reads it. Help texts end with the interface's names.
    """

    # Money
    global_currency = models.CharField(
        max_length=3,
        blank=True,
        default="",
        help_text="ISO 4217; every property sells in it. Empty: each in its own. "
        "(useGlobalCurrency, globalCurrencyCode)",
    )
    converts_prices = models.BooleanField(
        default=False,
        help_text="Prices are shown in other currencies too. (use_conversion_feature)",
    )
    shows_tax_in_totals = models.BooleanField(
        default=True, help_text="Totals name the tax in them. (show_tax_in_totals_summary)"
    )
    minimum_deposit_percentage = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(100)],
        help_text="Every property asks for at least so many per cent in advance; 0: as it likes. "
        "(minimum_deposit_percentage)",
    )

    # Properties
    self_registration = models.BooleanField(
        default=True, help_text="Users may register properties. (selfRegistrationAllowed)"
    )
    approves_automatically = models.BooleanField(
        default=True,
        help_text="Else a super manager approves new properties, and those whose texts a manager "
        "has changed. (automatically_approve_new_properties)",
    )
    unpublishes_incomplete = models.BooleanField(
        default=False,
        help_text="A property that lacks something is taken off the site, and needs a main "
        "picture. (automatic_unpublish_incomplete_properties)",
    )
    reapproves_unpublished = models.BooleanField(
        default=False,
        help_text="One that was taken off the site so needs a new approval. "
        "(force_reapproval_on_automatic_unpublish)",
    )
    only_country = models.CharField(
        max_length=2,
        blank=True,
        default="",
        help_text="ISO 3166-1 alpha-2; properties lie in it. Empty: anywhere. "
        "(limit_property_country, limit_property_country_country)",
    )
    own_room_types_allowed = models.BooleanField(
        default=False,
        help_text="Managers may add room types. (frontend_room_type_editing_allowed)",
    )
    contact_name = models.CharField(
        max_length=255,
        blank=True,
        default="",
        help_text="Visitors see the site's name, telephone and e-mail instead of a property's, "
        "each where it is given. (override_property_contact_name)",
    )
    contact_tel = models.CharField(
        max_length=50, blank=True, default="", help_text="(override_property_contact_tel)"
    )
    contact_email = models.EmailField(
        blank=True, default="", help_text="(override_property_contact_email)"
    )

    # Bookings
    baskets = models.BooleanField(
        default=True, help_text="Several bookings in one checkout. (useshoppingcart)"
    )
    copies_mail_to_administrators = models.BooleanField(
        default=False, help_text="(send_email_copies_to_site_admins)"
    )
    cancels_unpaid = models.BooleanField(
        default=False,
        help_text="Bookings whose deposit does not come are cancelled. (unpaid_b_enabled)",
    )
    cancels_unpaid_after_days = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1)], help_text="(unpaid_b_days)"
    )
    reminds_of_payment = models.BooleanField(default=False, help_text="(p_reminder_enabled)")
    reminds_of_payment_days = models.PositiveSmallIntegerField(
        default=7,
        validators=[MinValueValidator(1)],
        help_text="Days before arrival. (p_reminder_days)",
    )

    # Reviews
    reviews_on = models.BooleanField(default=True, help_text="(use_reviews)")
    publishes_reviews = models.BooleanField(
        default=True, help_text="Else staff publish each. (autopublish_reviews)"
    )
    only_guests_review = models.BooleanField(
        default=True, help_text="Only who has stayed may review. (only_guests_can_review)"
    )
    reviews_shown = models.PositiveSmallIntegerField(
        default=2, help_text="Per property, on its page. (reviews_limit)"
    )
    asks_for_reviews = models.BooleanField(
        default=True, help_text="Guests are asked after their stay. (review_nag)"
    )
    reminds_of_review = models.BooleanField(default=False, help_text="(r_reminder_enabled)")
    reminds_of_review_days = models.PositiveSmallIntegerField(
        default=7,
        validators=[MinValueValidator(1)],
        help_text="Days after departure. (r_reminder_days)",
    )

    # Personal data
    keeps_bookings_days = models.PositiveIntegerField(
        default=365,
        validators=[MinValueValidator(1)],
        help_text="Personal data of a guest are kept so long after departure. "
        "(gdpr_booking_retention_period)",
    )
    keeps_invoices_days = models.PositiveIntegerField(
        default=3653,
        validators=[MinValueValidator(1)],
        help_text="(gdpr_other_invoice_retention_period)",
    )

    # Display and search
    languages = ArrayField(
        models.CharField(max_length=5),
        default=list,
        blank=True,
        help_text="Such as en-GB, separated by commas; none: all. (selected_languages)",
    )
    date_input_format = models.CharField(max_length=20, default="%d/%m/%Y", help_text="(cal_input)")
    week_starts_on = models.PositiveSmallIntegerField(
        default=1,
        validators=[MaxValueValidator(6)],
        help_text="0 Sunday to 6 Saturday. (calendarstartofweekday)",
    )
    latitude = models.DecimalField(
        max_digits=8,
        decimal_places=5,
        default=Decimal("51.50068"),
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text="Where maps begin. (default_lat)",
    )
    longitude = models.DecimalField(
        max_digits=8,
        decimal_places=5,
        default=Decimal("-0.14317"),
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text="(default_long)",
    )
    capacity_search = models.CharField(
        max_length=12,
        choices=CapacitySearch,
        default=CapacitySearch.AT_LEAST,
        help_text="(guestnumbersearch)",
    )
    properties_per_page = models.PositiveSmallIntegerField(
        default=9,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="(property_list_limit)",
    )

    class Meta:
        verbose_name = verbose_name_plural = "site settings"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="site_settings_one_row"),
            models.CheckConstraint(
                condition=Q(minimum_deposit_percentage__lte=100),
                name="site_minimum_deposit_at_most_all",
            ),
        ]

    def __str__(self) -> str:
        return "Site settings"

    def clean(self) -> None:
        """Refuse a currency, country or language that is none."""
        problems = {}
        if self.global_currency and not is_currency(self.global_currency):
            problems["global_currency"] = "Not a current ISO 4217 code."
        self.only_country = country_code(self.only_country) or self.only_country
        if self.only_country and self.only_country not in countries():
            problems["only_country"] = "Not a country code of ISO 3166-1."
        if unknown := [tag for tag in self.languages if not is_language(tag)]:
            problems["languages"] = f"{', '.join(unknown)}: not a language such as en-GB."
        if problems:
            raise ValidationError(problems)
