from __future__ import annotations

from django.urls import path

from acme_spa.views import Treatments

urlpatterns = [
    path("<int:property_uid>/treatments", Treatments.as_view({"get": "list", "post": "create"})),
]
