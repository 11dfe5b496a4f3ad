"""What a price depends on beside the rooms, read from the database for the pure engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext

from bookyflow.availability.models import Occupancy
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.core.money import amount_text
from bookyflow.guests.models import Guest
from bookyflow.pricing.deposits import DepositKind, DepositTerms
from bookyflow.pricing.discounts import (
    LastMinuteTerms,
    WisepriceSteps,
    last_minute_percent,
    wiseprice,
)
from bookyflow.pricing.inputs import (
    Charges,
    ChildBand,
    CityTax,
    CityTaxModel,
    CleaningFee,
    CouponDiscount,
    ExtraCharge,
    ExtraModel,
    GuestVariance,
    SingleSupplement,
)
from bookyflow.pricing.lines import ZERO, Breakdown, LineKind, PriceRules
from bookyflow.properties.models import FeePer, PriceModel, Property, PropertySettings, TariffMode
from bookyflow.reservations.selectors import coupon_uses
from bookyflow.reservations.stay_request import Booker, StayRequest
from bookyflow.reservations.tokens import guest_token_invalid
from bookyflow.rooms.models import Room
from bookyflow.tariffs.coupons import coupon_usable
from bookyflow.tariffs.extras import extras_chosen
from bookyflow.tariffs.models import ChildRate, Coupon, Extra, GuestType, PartnerDiscount


@dataclass(frozen=True)
class Found:
    """The charges of a request, and the coupon among them."""

    charges: Charges
    coupon: Coupon | None = None

    @property
    def coupon_id(self) -> int | None:
        """The coupon's id."""
        return self.coupon.pk if self.coupon else None

    def check_spend(self, breakdown: Breakdown) -> None:
        """Refuse a coupon whose least spend the rooms do not reach, before discounts."""
        rooms = sum((line.gross for line in breakdown.of(LineKind.ACCOMMODATION)), ZERO)
        if self.coupon and rooms < self.coupon.min_spend:
            least = amount_text(self.coupon.min_spend, breakdown.currency)
            problem = gettext("The coupon requires a room charge of at least %(amount)s.") % {
                "amount": least
            }
            raise DomainError("coupon_invalid", problem, fields={"coupon": [problem]})


def rules_of(prop: Property) -> PriceRules:
    """How a property prices."""
    settings = prop.settings
    return PriceRules(
        currency=settings.currency,
        prices_inclusive=settings.prices_inclusive,
        tax_percent=settings.accommodation_tax_rate,
        flat=settings.price_model == PriceModel.FLAT,
        weekly=settings.prices_weekly and settings.tariff_mode == TariffMode.ADVANCED,
        minimum_payers=settings.minimum_charged_guests,
    )


def cleaning_of(settings: PropertySettings) -> CleaningFee:
    """What a property takes for cleaning."""
    return CleaningFee(
        settings.cleaning_fee,
        per_room=settings.cleaning_fee_per == FeePer.ROOM,
        tax_percent=settings.cleaning_fee_tax_rate,
    )


def deposit_terms(prop: Property) -> DepositTerms:
    """How a property asks for deposits."""
    settings = prop.settings
    return DepositTerms(
        kind=DepositKind(settings.deposit_kind),
        value=settings.deposit_value,
        round_up=settings.deposit_rounded_up,
        near_days=settings.deposit_near_days if settings.deposit_full_when_near else None,
        minimum=settings.minimum_deposit,
    )


def charges_of(
    *,
    prop: Property,
    stay: Stay,
    stay_request: StayRequest,
    room_types: Collection[int],
    booker: Booker,
    today: date,
    ahead: int,
    amends: int | None = None,
    extras: Iterable[Extra] | None = None,
) -> Found:
    """Everything beside the rooms that a request costs, or takes off.

    `room_types` are those of its rooms, by id. `extras`, where they are known, are those of the
    arrival with rooms of any type.

    Raises DomainError `children_not_allowed`, `extra_not_available`, `coupon_invalid`,
    `validation_failed` for guest types that are unknown, too many or not as many as the adults, and
    for a guest of another property or by a personal link that has been revoked.
    """
    settings, personal = prop.settings, _personal(prop, booker)
    coupon = _coupon(prop, stay, stay_request, today, booker=booker, amends=amends)
    guest_types = _guest_types(prop, stay_request)
    bands = _children(prop, stay_request)
    if any(guest_type.is_child for guest_type, _ in guest_types):
        bands = ()  # children pay by their guest type, and not twice
    return Found(
        Charges(
            adults=stay_request.adults,
            child_ages=stay_request.child_ages,
            guest_types=tuple(_variance(*chosen) for chosen in guest_types),
            coupon=_coupon_discount(coupon),
            personal=personal,
            partner=_partner(prop, stay, booker),
            agreed=stay_request.agreed,
            supplement=_supplement(settings),
            last_minute=last_minute(prop, ahead),
            child_bands=bands,
            extras=tuple(
                ExtraCharge(
                    extra_id=extra.pk,
                    name=extra.name,
                    model=ExtraModel(extra.model),
                    price=extra.price,
                    tax_percent=extra.tax_rate.rate if extra.tax_rate else ZERO,
                    quantity=quantity,
                    minimum=extra.minimum,
                    counts_children=extra.counts_children,
                )
                for extra, quantity in extras_chosen(
                    prop=prop,
                    arrival=stay_request.arrival,
                    room_type_ids=room_types,
                    wanted=stay_request.extras,
                    by_staff=booker.is_staff,
                    among=extras,
                )
            ),
            city_tax=CityTax(
                settings.city_tax,
                CityTaxModel(settings.city_tax_model),
                settings.city_tax_exempt_under_age,
                settings.city_tax_max_nights,
            ),
            cleaning=cleaning_of(settings),
        ),
        coupon,
    )


def last_minute(prop: Property, ahead: int) -> Decimal:
    """Per cent off for an arrival soon, at a property that is let as a whole."""
    settings = prop.settings
    if not settings.last_minute_on or not prop.property_type.is_single_unit:
        return ZERO
    terms = LastMinuteTerms(settings.last_minute_days, settings.last_minute_discount)
    return last_minute_percent(terms, ahead=ahead)


def wiseprices(prop: Property, arrival: date, ahead: int) -> dict[int, Decimal]:
    """Per cent off by room type while few of its rooms are taken on the night of arrival.

    Nothing where the property has no such discount, is let as a whole, or arrival is far away.
    Blocks count as taken (R-BB-5).
    """
    return wiseprices_of([(prop, ahead)], arrival).get(prop.pk, {})


def wiseprices_of(
    properties: Iterable[tuple[Property, int]], arrival: date
) -> dict[int, dict[int, Decimal]]:
    """As `wiseprices`, by property id, for properties with how far ahead the arrival is there.

    Two queries for any number of them; none where no property takes anything off.
    """
    steps = {
        prop.pk: (steps, ahead)
        for prop, ahead in properties
        if (steps := _wiseprice_steps(prop)) and steps.reach(ahead)
    }
    if not steps:
        return {}
    rows = (
        Occupancy.objects.filter(
            Q(expires_at=None) | Q(expires_at__gt=timezone.now()),
            property__in=steps,
            nights__contains=arrival,
        )
        .values_list("property", "room__room_type")
        .annotate(count=Count("pk"))
    )
    taken = {(pk, room_type): count for pk, room_type, count in rows}
    stock = Room.objects.filter(property__in=steps).values_list("property", "room_type")
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for pk, room_type, rooms in stock.annotate(count=Count("pk")):
        of, ahead = steps[pk]
        share = wiseprice(of, taken=taken.get((pk, room_type), 0), rooms=rooms, ahead=ahead)
        found[pk][room_type] = share
    return found


def _wiseprice_steps(prop: Property) -> WisepriceSteps | None:
    settings = prop.settings
    if not settings.wiseprice_on or prop.property_type.is_single_unit:
        return None
    return WisepriceSteps(
        settings.wiseprice_days,
        settings.wiseprice_10,
        settings.wiseprice_25,
        settings.wiseprice_50,
        settings.wiseprice_75,
    )


def _coupon(
    prop: Property,
    stay: Stay,
    stay_request: StayRequest,
    today: date,
    *,
    booker: Booker,
    amends: int | None,
) -> Coupon | None:
    if (
        not stay_request.coupon or stay_request.agreed is not None
    ):  # an agreed price takes the place of discounts
        return None
    return coupon_usable(
        prop=prop,
        code=stay_request.coupon,
        today=today,
        guest_id=booker.guest_id,
        nights=stay.length,
        uses=partial(coupon_uses, but=amends),
        stay=stay,
    )


def _coupon_discount(coupon: Coupon | None) -> CouponDiscount | None:
    if coupon is None:
        return None
    return CouponDiscount(
        coupon.pk,
        coupon.code,
        coupon.amount,
        coupon.is_percentage,
        coupon.nights_from,
        coupon.nights_to,
    )


def _personal(prop: Property, booker: Booker) -> Decimal:
    if booker.guest_id is None:
        return ZERO
    found = Guest.objects.filter(pk=booker.guest_id, property=prop)
    guest = found.only("discount", "token_version").first()
    if guest is None:
        problem = gettext("The personal link is for another property.")
        raise DomainError("validation_failed", problem, fields={"guest_token": [problem]})
    if booker.link_version not in {None, guest.token_version}:
        raise guest_token_invalid()
    return guest.discount


def _partner(prop: Property, stay: Stay, booker: Booker) -> tuple[Decimal, ...]:
    if booker.partner_id is None:
        return ()
    found = PartnerDiscount.objects.filter(
        property=prop,
        partner=booker.partner_id,
        valid_from__lte=stay.arrival,
        valid_to__gte=stay.last_night,
    )
    return tuple(found.values_list("percentage", flat=True))


def _supplement(settings: PropertySettings) -> SingleSupplement | None:
    if not settings.single_supplement_on:
        return None
    return SingleSupplement(
        settings.single_supplement, is_percentage=settings.single_supplement_is_percentage
    )


def children_check(settings: PropertySettings, child_ages: Sequence[int]) -> None:
    """Refuse children where there may be none, or none so young.

    Raises DomainError `children_not_allowed`.
    """
    if not child_ages:
        return
    if not settings.allow_children:
        raise DomainError(
            "children_not_allowed", fields={"child_ages": [gettext("The property is adults only.")]}
        )
    if min(child_ages) < settings.child_min_age:
        problem = gettext("Children are welcome from the age of %(age)s.") % {
            "age": settings.child_min_age
        }
        raise DomainError("children_not_allowed", problem, fields={"child_ages": [problem]})


def _children(prop: Property, stay_request: StayRequest) -> tuple[ChildBand, ...]:
    """What children pay by age, where prices are per person, once all of them may come."""
    settings = prop.settings
    children_check(settings, stay_request.child_ages)
    if not stay_request.child_ages:
        return ()
    if not settings.per_person_per_night:
        return ()
    bands = tuple(
        ChildBand(rate.age_from, rate.age_to, rate.price, rate.per_stay)
        for rate in ChildRate.objects.filter(property=prop)
    )
    oldest = max((band.age_to for band in bands), default=max(stay_request.child_ages))
    if max(stay_request.child_ages) > oldest:
        problem = gettext("Children pay up to the age of %(age)s; count older ones as adults.") % {
            "age": oldest
        }
        raise DomainError("children_not_allowed", problem, fields={"child_ages": [problem]})
    return bands


def _guest_types(prop: Property, stay_request: StayRequest) -> list[tuple[GuestType, int]]:
    """The guest types that were chosen, with how many of each; none where they do not count.

    Those that are no children's make up the adults of the party.
    """
    if not prop.settings.use_guest_types or not any(stay_request.guest_types.values()):
        return []
    found = GuestType.objects.filter(property=prop, is_published=True).in_bulk(
        list(stay_request.guest_types)
    )
    problems = [
        gettext("No guest type %(id)s here.") % {"id": pk}
        if pk not in found
        else gettext("From 0 to %(most)s of %(name)s.")
        % {"most": found[pk].maximum, "name": found[pk].name}
        for pk, quantity in stay_request.guest_types.items()
        if pk not in found or not 0 <= quantity <= found[pk].maximum
    ]
    if not problems:
        adults = sum(n for pk, n in stay_request.guest_types.items() if not found[pk].is_child)
        if adults != stay_request.adults:
            problems.append(
                gettext("The guest types add up to %(sum)s adults, not %(adults)s.")
                % {"sum": adults, "adults": stay_request.adults}
            )
    if problems:
        raise DomainError("validation_failed", problems[0], fields={"guest_types": problems})
    return [(found[pk], quantity) for pk, quantity in stay_request.guest_types.items() if quantity]


def _variance(guest_type: GuestType, quantity: int) -> GuestVariance:
    return GuestVariance(
        guest_type.name,
        quantity,
        guest_type.variance,
        is_percentage=guest_type.is_percentage,
        is_addition=guest_type.is_addition,
    )
