"""Reviews in words."""

from __future__ import annotations

from django.utils.translation import gettext

from bookyflow.reviews.models import Review


def review_as_text(review: Review) -> str:
    """The texts of a review in one, a line each, led in in the active language."""
    lines = [gettext("Review: %(text)s") % {"text": review.description}]
    if review.pros:
        lines.append(gettext("Pros: %(text)s") % {"text": review.pros})
    if review.cons:
        lines.append(gettext("Cons: %(text)s") % {"text": review.cons})
    return "\n".join(lines)
