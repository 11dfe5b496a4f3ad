from __future__ import annotations

from functools import partial

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet, WordedViewSet
from bookyflow.reviews.rules import review_rules
from bookyflow.reviews.selectors import review_history, reviews_shown
from bookyflow.reviews.services import (
    review_bring,
    review_delete,
    review_publish,
    review_unpublish,
)
from features.cmf.contract import DONE, cmf
from features.cmf.reviews.serializers import (
    BroughtReviewIn,
    PropertyReviewsOut,
    ReviewIdOut,
    ReviewUidIn,
)

done = partial(cmf, returns=serializers.BooleanField(), raises=("review_not_found",))


class PropertyReviewList(WordedViewSet):
    """What guests say of a property."""

    @cmf(returns=PropertyReviewsOut(), paged=True, replica=True)
    def property_reviews(self, request: Request, property_uid: int) -> Response:
        """List the reviews of a property, oldest first, and the mean of the published ones."""
        page = self.page(review_history(property_id=property_uid))
        return self.reply(reviews_shown(property_id=property_uid, reviews=page))


class Reviews(FeatureViewSet):
    """Reviews that a channel brings, shows and hides."""

    @cmf(body=BroughtReviewIn, prop="body", returns=ReviewIdOut(), raises=("reviews_off",))
    def put_property_review(self, request: Request) -> Response:
        """Add a review that a guest has written on the channel.

        It is published at once where the site publishes reviews by itself. The same review sent
        again answers the id of the one that exists.
        """
        draft = self.input(BroughtReviewIn)
        review = review_bring(
            property_id=self.property_uid, draft=draft, rules=review_rules(), by=self.actor
        )
        return self.reply(review)

    @done(body=ReviewUidIn, prop="body")
    def put_property_review_publish(self, request: Request) -> Response:
        """Show a review to visitors."""
        review_id = self.input(ReviewUidIn)
        review_publish(review_id=review_id, property_id=self.property_uid, by=self.actor)
        return self.reply(DONE)

    @done(body=ReviewUidIn, prop="body")
    def put_property_review_unpublish(self, request: Request) -> Response:
        """Hide a review from visitors; it is kept."""
        review_id = self.input(ReviewUidIn)
        review_unpublish(review_id=review_id, property_id=self.property_uid, by=self.actor)
        return self.reply(DONE)

    @done()
    def delete_property_review(
        self, request: Request, property_uid: int, review_id: int
    ) -> Response:
        """Delete a review with its reply, and with what others said of it."""
        review_delete(review_id=review_id, property_id=property_uid, by=self.actor)
        return self.reply(DONE)
