"""Who may review, and what a review must say."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.accounts.site import site_settings
from bookyflow.core.errors import DomainError
from bookyflow.guests.models import Guest
from bookyflow.reservations.models import ENDED, Booking
from bookyflow.reviews.models import HIGHEST, LOWEST, SCORES

LONGEST_LINE = 255
LONGEST_TEXT = 5000
NEEDED = ("title", "description", "pros")


@dataclass(frozen=True)
class ReviewRules:
    """How the site takes reviews.

    In test mode staff and visitors may review as well. `initials` shows authors' names so.
    """

    enabled: bool = True
    autopublish: bool = True
    only_guests: bool = True
    test_mode: bool = False
    initials: bool = False


@dataclass(frozen=True)
class ReviewDraft:
    """What a guest says; `scores` has each name of SCORES with an integer from 1 to 10."""

    title: str
    description: str
    pros: str
    cons: str = ""
    author_name: str = ""
    scores: Mapping[str, int] = field(default_factory=dict)


def review_rules() -> ReviewRules:
    """The rules that the site settings give."""
    site = site_settings()
    return ReviewRules(
        enabled=site.reviews_on,
        autopublish=site.publishes_reviews,
        only_guests=site.only_guests_review,
    )


def check_draft(draft: ReviewDraft, needed: Collection[str] = NEEDED) -> dict[str, str]:
    """The trimmed texts of a review, of which some are needed.

    Raises DomainError `validation_failed` by field.
    """
    texts = {
        name: getattr(draft, name).strip()
        for name in ("title", "description", "pros", "cons", "author_name")
    }
    problems: dict[str, list[str]] = {}
    for name, text in texts.items():
        longest = LONGEST_LINE if name in {"title", "author_name"} else LONGEST_TEXT
        if len(text) > longest:
            problems[name] = [f"At most {longest} characters."]
        elif not text and name in needed:
            problems[name] = ["This is needed."]
    problems |= _score_problems(draft.scores)
    if problems:
        raise DomainError("validation_failed", fields=problems)
    return texts


def check_author(
    *, user_id: int | None, property_id: int, booking_id: int | None, rules: ReviewRules
) -> None:
    """Raise DomainError when this account may not review the property, or not this booking.

    `reviews_off`, `review_not_allowed` with the reason, `booking_not_found`.
    """
    if not rules.enabled:
        raise DomainError("reviews_off")
    if not rules.test_mode:
        _check_account(user_id)
    guest_ids = _guest_ids(user_id, property_id)
    if rules.only_guests and len(guest_ids) != 1:
        raise DomainError("review_not_allowed", "Only guests of the property may review it.")
    if booking_id is not None:
        _check_booking(booking_id, property_id, guest_ids)


def initials(name: str) -> str:
    """The first letters of the parts of a name: "A. L." for Ada Lovelace."""
    return " ".join(f"{part[0].upper()}." for part in name.split())


def _score_problems(scores: Mapping[str, int]) -> dict[str, list[str]]:
    unknown = {name: ["No such score."] for name in scores.keys() - set(SCORES)}
    wrong = {
        name: [f"An integer from {LOWEST} to {HIGHEST} is needed."]
        for name in SCORES
        if not _is_score(scores.get(name))
    }
    return unknown | wrong


def _is_score(value: object) -> bool:
    # True is an int in Python, and no score.
    return isinstance(value, int) and value is not True and LOWEST <= value <= HIGHEST


def _check_account(user_id: int | None) -> None:
    user = User.objects.filter(pk=user_id).first() if user_id else None
    if user is None:
        raise DomainError("review_not_allowed", "Sign in to write a review.")
    if user.access_level >= AccessLevel.RECEPTIONIST:
        raise DomainError("review_not_allowed", "Property staff cannot write reviews.")


def _guest_ids(user_id: int | None, property_id: int) -> set[int]:
    if user_id is None:
        return set()
    found = Guest.objects.filter(property=property_id, user=user_id)
    return set(found.values_list("pk", flat=True))


def _check_booking(booking_id: int, property_id: int, guest_ids: set[int]) -> None:
    booking = Booking.objects.filter(pk=booking_id, property=property_id).first()
    if booking is None or booking.guest_id not in guest_ids:
        raise DomainError("booking_not_found")
    if booking.state in ENDED:
        raise DomainError("review_not_allowed", "A cancelled booking cannot be reviewed.")
