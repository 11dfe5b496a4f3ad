from __future__ import annotations

from django.urls import path

from features.cmf.reviews.views import PropertyReviewList, Reviews

urlpatterns = [
    path("property/review", Reviews.as_view({"put": "put_property_review"})),
    path("property/review/publish", Reviews.as_view({"put": "put_property_review_publish"})),
    path("property/review/unpublish", Reviews.as_view({"put": "put_property_review_unpublish"})),
    path(
        "property/review/<uid:property_uid>/<uid:review_id>",
        Reviews.as_view({"delete": "delete_property_review"}),
    ),
    path(
        "property/reviews/<uid:property_uid>",
        PropertyReviewList.as_view({"get": "property_reviews"}),
    ),
]
