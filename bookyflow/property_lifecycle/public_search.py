"""What anybody may search for, and what a found property shows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext

from bookyflow.availability.search import Candidate, Circle, Filters, candidates, usual_currency
from bookyflow.availability.search_sql import Order
from bookyflow.core import places
from bookyflow.core.currencies import is_currency
from bookyflow.core.dates import LONGEST_STAY, Stay
from bookyflow.core.errors import DomainError
from bookyflow.core.languages import texts_in
from bookyflow.pictures.models import Image
from bookyflow.properties.models import BookingModel, Property, PropertyText
from bookyflow.properties.selectors import property_texts
from bookyflow.property_lifecycle.public_list import PUBLIC
from bookyflow.reservations.quotes.quote import QuotedRoom
from bookyflow.reservations.search import START, Offered, Place, StayWanted, offers_page

WHOLE_EARTH = Decimal(20_100)  # kilometres, more than anything is away


@dataclass(frozen=True)
class SearchRequest:
    """What somebody looks for; what is left out does not matter.

    With dates properties are found that a visitor can book then, at their price; the price range is
    of a night of the stay. Without, it is of the night of tomorrow. It concerns one `currency`: ""
    is the one that most of the properties have that fit otherwise. `towns` and names among
    `regions` are compared without accents, capitals and separators; regions may be numbers or ISO
    codes as well. Raises DomainError `validation_failed` for what does not fit together.
    """

    arrival: date | None = None
    departure: date | None = None
    guests: int = 1
    child_ages: tuple[int, ...] = ()
    rooms: int = 1
    countries: Collection[str] | None = None
    regions: Collection[str] | None = None
    towns: Collection[str] | None = None
    stars: Collection[int] | None = None
    property_types: Collection[int] | None = None
    features: Collection[int] = ()
    lat: Decimal | None = None
    lon: Decimal | None = None
    radius: Decimal | None = None
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    currency: str = ""
    sort: Order = Order.ID

    def __post_init__(self) -> None:
        problems = {name: problem for name, problem in self._problems() if problem}
        if problems:
            fields = {name: [problem] for name, problem in problems.items()}
            raise DomainError("validation_failed", fields=fields)

    def _problems(self) -> Iterable[tuple[str, str]]:
        needed = gettext("This field is required.")
        if (self.arrival is None) != (self.departure is None):
            yield "departure" if self.arrival else "arrival", needed
        elif self.arrival and self.departure:
            length = (self.departure - self.arrival).days
            yield "departure", self._length_problem(length)
        if (self.lat is None) != (self.lon is None):
            yield "lon" if self.lat is not None else "lat", needed
        if self.lat is None and (self.radius is not None or self.sort == Order.DISTANCE):
            yield "lat", needed
        if self.sort == Order.PRICE and not self.arrival:
            yield "arrival", needed
        if None not in {self.price_min, self.price_max} and self.price_min > self.price_max:  # type: ignore[operator]  # neither is None
            yield "price_max", "It must not be less than the minimum."
        if self.currency and not is_currency(self.currency):
            yield "currency", "Not a currency of ISO 4217."

    def _length_problem(self, length: int) -> str:
        if length < 1:
            return gettext("The departure must be after the arrival.")
        if length > LONGEST_STAY:
            told = gettext("A stay lasts %(nights)s nights at most.")
            return told % {"nights": LONGEST_STAY}
        return ""

    @property
    def stay(self) -> StayWanted | None:
        """The nights and who comes, where dates are named."""
        if self.arrival is None or self.departure is None:
            return None
        return StayWanted(
            Stay(self.arrival, self.departure), self.guests, self.child_ages, self.rooms
        )

    @property
    def needs_currency(self) -> bool:
        """Whether amounts of properties are compared."""
        ranged = self.price_min is not None or self.price_max is not None
        return ranged or self.sort == Order.PRICE


@dataclass(frozen=True)
class SearchHit:
    """A found property as anybody may see it, with what a visitor pays there; None: no dates."""

    prop: Property
    texts: dict[str, str]
    images: Sequence[Image]
    language: str
    candidate: Candidate
    offer: Offered | None

    @property
    def currency(self) -> str:
        """That of its prices."""
        return self.candidate.currency

    @property
    def total(self) -> Decimal | None:
        """What the stay costs; None without dates."""
        return self.offer.total if self.offer else None

    @property
    def nightly(self) -> Decimal | None:
        """The same for a night; None without dates."""
        return self.offer.nightly if self.offer else None

    @property
    def rooms(self) -> Sequence[QuotedRoom]:
        """The rooms that the price is for; none without dates."""
        return self.offer.quote.rooms if self.offer else ()

    @property
    def pictures(self) -> list[list[Image]]:
        """Its pictures, the main one first, each in a list of its own."""
        return [[image] for image in self.images]

    @property
    def name(self) -> str:
        """Its name in the language asked for."""
        return self.texts.get(PropertyText.Field.NAME) or self.prop.name

    @property
    def category_id(self) -> int:
        """Its category; 0 without one."""
        return self.prop.category_id or 0

    @property
    def street(self) -> str:
        """Its street, unless it does not show it."""
        return "" if self.prop.settings.hides_street else self.prop.street

    @property
    def region(self) -> str:
        """The name of its region in the language asked for."""
        return places.region_name(self.prop.region, self.language)

    @property
    def region_id(self) -> int:
        """The number of its region; 0 without one."""
        return places.region_number(self.prop.region) if self.prop.region else 0

    @property
    def country(self) -> str:
        """The name of its country in the language asked for."""
        return places.country_name(self.prop.country, self.language)

    @property
    def page(self) -> str:
        """Its public page; "" where the site has none."""
        return self._address(settings.PROPERTY_PAGE_URL)

    @property
    def booking_page(self) -> str:
        """Where to book or ask; "" where the site has no such page."""
        if self.prop.settings.external_booking_url:
            return self.prop.settings.external_booking_url
        is_bookable = self.prop.settings.visitors_can_book and not self._is_for_sale
        return self._address(settings.BOOKING_PAGE_URL) if is_bookable else self.page

    @property
    def booking_text(self) -> str:
        """What the link to that page says."""
        with texts_in(self.language):
            if self._is_for_sale:
                return gettext("Contact the agent")
            if not self.prop.settings.visitors_can_book:
                return gettext("Contact us")
            if self.prop.settings.only_registered_can_book:
                return gettext("Sign in to book")
            if self.prop.settings.requires_approval:
                return gettext("Send a booking enquiry")
            if self.prop.property_type.is_single_unit:
                return gettext("Book now")
            return gettext("Book a room")

    @property
    def _is_for_sale(self) -> bool:
        return self.prop.property_type.flag == BookingModel.REAL_ESTATE

    def _address(self, template: str) -> str:
        return template.format(property_uid=self.prop.pk)


@dataclass(frozen=True)
class SearchResult:
    """Found properties in the order asked for, and where the next page begins, if there is one."""

    hits: list[SearchHit]
    following: Place | None


def public_search(
    *, request: SearchRequest, place: Place = START, limit: int, language: str
) -> SearchResult:
    """The published properties that fit, a page of them; tests and what is hidden are left out.

    With dates each is one that a visitor can book, at its price: see `offers_page`.
    """
    filters = _filters(request, language)
    if request.stay is None:
        found = candidates(
            None, filters=filters, order=request.sort, after=place.after, limit=limit + 1
        )
        following = Place(found[limit - 1].position) if len(found) > limit else None
        return SearchResult(_hits([(one, None) for one in found[:limit]], language), following)
    page = offers_page(
        asked=request.stay, filters=filters, order=request.sort, place=place, limit=limit
    )
    return SearchResult(
        _hits([(one.candidate, one) for one in page.items], language), page.following
    )


def _filters(request: SearchRequest, language: str) -> Filters:
    near = None
    if request.lat is not None and request.lon is not None:
        radius = request.radius
        if radius is None and request.sort == Order.DISTANCE:
            radius = WHOLE_EARTH  # what has no position has no place in that order
        near = Circle(request.lat, request.lon, radius)
    filters = Filters(
        countries=request.countries,
        regions=None if request.regions is None else _region_codes(request.regions, language),
        towns=None if request.towns is None else _towns(request.towns),
        stars=request.stars,
        property_types=request.property_types,
        features=request.features,
        near=near,
        currency=request.currency,
        least=request.price_min,
        most=request.price_max,
    )
    if request.needs_currency and not request.currency:
        return replace(filters, currency=usual_currency(filters))
    return filters


def _region_codes(wanted: Iterable[str], language: str) -> list[str]:
    """The codes of regions that are given as numbers, codes or names."""
    found: list[str] = []
    for text in wanted:
        known = places.region(text.upper())
        if text.isascii() and text.isdigit():
            known = places.region_of_number(int(text))
        found += (
            [known.code] if known else [one.code for one in places.regions_called(text, language)]
        )
    return found


def _towns(wanted: Collection[str]) -> list[str]:
    """The towns as properties have them."""
    towns = Property.objects.filter(PUBLIC).order_by().values_list("town", flat=True).distinct()
    return [town for town in towns if any(places.same_name(town, one) for one in wanted)]


def _hits(found: Sequence[tuple[Candidate, Offered | None]], language: str) -> list[SearchHit]:
    """What found properties show; three queries."""
    ids = [candidate.position.property_id for candidate, _ in found]
    props = Property.objects.select_related("settings", "property_type").in_bulk(ids)
    texts = property_texts(property_ids=ids, language=language) if ids else {}
    images: dict[int, list[Image]] = {}
    shown = Image.objects.filter(
        property__in=ids, kind__in=[Image.Kind.MAIN, Image.Kind.SLIDESHOW]
    ).order_by("kind", "position", "pk")
    for image in shown:
        images.setdefault(image.property_id, []).append(image)
    return [
        SearchHit(props[pk], texts.get(pk, {}), images.get(pk, []), language, one, offer)
        for (one, offer), pk in zip(found, ids, strict=True)
        if pk in props
    ]
