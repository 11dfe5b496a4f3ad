from __future__ import annotations

from django.urls import path

from bookyflow.web.desk import blocks, moving, plan, steps, views

PROPERTY = "p/<int:property_id>"

urlpatterns = [
    path("", views.home, name="home"),
    path("properties", views.property_list, name="properties"),
    path(PROPERTY, views.desk, name="desk"),
    path(f"{PROPERTY}/desk/<int:booking_id>/<slug:step>", steps.step, name="desk_step"),
    path(f"{PROPERTY}/plan", plan.plan, name="plan"),
    path(f"{PROPERTY}/plan/bookings/<int:booking_id>", moving.plan_booking, name="plan_booking"),
    path(f"{PROPERTY}/plan/blocks/new", blocks.block_new, name="block_new"),
    path(f"{PROPERTY}/plan/blocks/<int:block_id>", blocks.block, name="block"),
    path(f"{PROPERTY}/plan/blocks/<int:block_id>/end", blocks.block_end, name="block_end"),
]
