from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q


class BookingModel(models.IntegerChoices):
    """How a property of some type is let; the numbers are the interface's flags."""

    MULTI_ROOM = 0
    SINGLE_ROOM = 1
    EITHER = 2
    TOUR = 3
    REAL_ESTATE = 4
    ITEM_HIRE = 5


class PropertyType(models.Model):
    """A kind of property: Hotel, Villa, Yacht."""

    name = models.CharField(max_length=100, unique=True)
    flag = models.PositiveSmallIntegerField(choices=BookingModel, default=BookingModel.MULTI_ROOM)
    context = models.CharField(max_length=20, default="rental", help_text="Vocabulary family.")
    has_stars = models.BooleanField(default=True)
    is_published = models.BooleanField(default=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def is_single_unit(self) -> bool:
        """Whether a property of this type is let as a whole and has exactly one room."""
        return self.flag in {BookingModel.SINGLE_ROOM, BookingModel.TOUR}


class PropertyCategory(models.Model):
    """What a property is offered for: holidays, tours, long lets, sale."""

    title = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "property categories"

    def __str__(self) -> str:
        return self.title


class FeatureCategory(models.Model):
    """A heading for features: Activities, Amenities, Views."""

    name = models.CharField(max_length=100, unique=True)

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "feature categories"

    def __str__(self) -> str:
        return self.name


class PropertyFeature(models.Model):
    """Something that a property offers: wifi, a pool, parking. `property` is null when site-wide.

    `property_types` are those that it makes sense for; none means all.
    """

    name = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    category = models.ForeignKey(
        FeatureCategory, models.SET_NULL, null=True, blank=True, related_name="features"
    )
    property = models.ForeignKey(
        "Property", models.CASCADE, null=True, blank=True, related_name="own_features"
    )
    property_types = models.ManyToManyField(PropertyType, related_name="features", blank=True)
    include_in_filters = models.BooleanField(default=True, help_text="Guests can search by it.")

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("property", "name"), name="property_feature_name_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name


class Property(models.Model):
    """A bookable establishment: a hotel, one villa, one boat.

    Deleting is soft (`deleted_at`): bookings and invoices stay. `version` grows with each change.
    `source` and `source_id` say where an imported one comes from, so that it is imported once.
    """

    name = models.CharField(max_length=255)
    property_type = models.ForeignKey(PropertyType, models.PROTECT, related_name="properties")
    category = models.ForeignKey(
        PropertyCategory, models.PROTECT, null=True, blank=True, related_name="properties"
    )
    street = models.CharField(max_length=255, blank=True)
    town = models.CharField(max_length=255, blank=True)
    postcode = models.CharField(max_length=50, blank=True)
    region = models.CharField(max_length=10, blank=True, help_text="ISO 3166-2, such as GB-PEM.")
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2.")
    tel = models.CharField(max_length=50, blank=True)
    fax = models.CharField(max_length=50, blank=True)
    email = models.CharField(max_length=254, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    stars = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(5)])
    superior = models.BooleanField(default=False)
    permit_number = models.CharField(max_length=100, blank=True)
    asking_price = models.CharField(
        max_length=255, blank=True, default="", help_text="As text; of what is for sale."
    )
    features = models.ManyToManyField(PropertyFeature, related_name="properties", blank=True)
    # In the database's own default too, for processes of the release before that still write.
    source = models.CharField(
        max_length=40, blank=True, default="", db_default="", help_text="Where it comes from."
    )
    source_id = models.CharField(
        max_length=40, blank=True, default="", db_default="", help_text="Its id there."
    )
    is_published = models.BooleanField(default=False)
    is_approved = models.BooleanField(default=True)
    is_complete = models.BooleanField(
        default=False, help_text="Had all it needs when that was looked at last."
    )
    hidden_by_suspension = models.BooleanField(
        default=False, help_text="Was published when its last manager was suspended."
    )
    is_test = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "properties"
        constraints = [
            models.CheckConstraint(condition=Q(stars__lte=5), name="property_stars_at_most_5"),
            models.CheckConstraint(condition=~Q(name=""), name="property_has_a_name"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True) | Q(latitude__range=(-90, 90)),
                name="property_latitude_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True) | Q(longitude__range=(-180, 180)),
                name="property_longitude_on_earth",
            ),
            models.UniqueConstraint(
                fields=("source", "source_id"),
                condition=~Q(source=""),
                name="property_source_once",
                violation_error_message="It has been imported already.",
            ),
            models.CheckConstraint(
                condition=Q(source="", source_id="") | (~Q(source="") & ~Q(source_id="")),
                name="property_source_and_id_together",
            ),
        ]
        indexes = [  # where people look for a place to stay
            models.Index(fields=("region",), name="property_by_region"),
            models.Index(fields=("town",), name="property_by_town"),
        ]

    def __str__(self) -> str:
        return self.name


class PropertyText(models.Model):
    """A text of a property in one language; which fields there are is in TextField."""

    class Field(models.TextChoices):
        NAME = "property_name"
        DESCRIPTION = "property_description"
        CHECKIN_TIMES = "property_checkin_times"
        AREA_ACTIVITIES = "property_area_activities"
        DRIVING_DIRECTIONS = "property_driving_directions"
        AIRPORTS = "property_airports"
        OTHER_TRANSPORT = "property_othertransport"
        POLICIES = "property_policies_disclaimers"
        META_TITLE = "metatitle"
        META_DESCRIPTION = "metadescription"
        META_KEYWORDS = "metakeywords"

    property = models.ForeignKey(Property, models.CASCADE, related_name="texts")
    field = models.CharField(max_length=40, choices=Field)
    language = models.CharField(max_length=5)
    text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("property", "field", "language"), name="property_text_once_per_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.field} ({self.language})"
