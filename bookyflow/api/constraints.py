"""What a client is told when the database refuses a row: one entry per named constraint.

tests/contract/test_constraints.py fails for a named constraint that is missing here. A constraint
that only a fault of ours can break says so with `server_error`, and stays a 500.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from django.apps import apps

from bookyflow.core.errors import ERRORS, DomainError


class Refusal(NamedTuple):
    """The error key, and the input field at fault where there is one."""

    key: str
    field: str | None = None


FAULT = Refusal("server_error")

CONSTRAINTS: dict[str, Refusal] = {
    # events
    "event_subject_sequence_unique": FAULT,
    "event_subject_counter_unique": FAULT,
    "event_actor_possible": FAULT,
    "event_position_unique": FAULT,
    "event_last_position_one_row": FAULT,
    # calendars
    "calendar_once_a_room": Refusal("calendar_already_exists"),
    "calendar_has_a_name": Refusal("validation_failed", "name"),
    "imported_stay_once": FAULT,
    "imported_stay_has_a_night": FAULT,
    "calendar_conflict_once": FAULT,
    "calendar_conflict_has_a_night": FAULT,
    "calendar_feed_once": Refusal("calendar_already_exists"),
    "calendar_feed_of_a_source_has_its_room": FAULT,
    "calendar_feed_entry_once": FAULT,
    # booking sessions
    "booking_session_once": FAULT,
    "booking_session_has_a_night": FAULT,
    # ari
    "ari_part_once": FAULT,
    # accounts
    "user_access_level_known": Refusal("validation_failed", "access_level"),
    "user_super_manager_not_suspended": Refusal("conflict"),
    "site_settings_one_row": FAULT,
    # api
    "request_count_once": FAULT,
    "site_minimum_deposit_at_most_all": Refusal("validation_failed", "minimum_deposit_percentage"),
    # properties
    "property_stars_at_most_5": Refusal("validation_failed", "stars"),
    "property_has_a_name": Refusal("validation_failed", "property_name"),
    "property_latitude_on_earth": Refusal("validation_failed", "lat"),
    "property_longitude_on_earth": Refusal("validation_failed", "long"),
    "property_source_once": Refusal("conflict"),
    "property_source_and_id_together": FAULT,
    "property_feature_name_once": Refusal("conflict", "name"),
    "property_text_once_per_language": Refusal("conflict"),
    "property_tax_rate_is_a_percentage": Refusal("validation_failed", "accommodation_tax_rate"),
    "property_fees_not_negative": Refusal("validation_failed"),
    "property_weekend_days_known": Refusal("validation_failed", "weekenddays"),
    "property_booking_form_sites_are_origins": Refusal("validation_failed", "booking_form_sites"),
    "property_changeover_day_known": Refusal("validation_failed", "fixedArrivalDay"),
    "property_fixed_periods_positive": Refusal("validation_failed", "fixedPeriodBookings"),
    "property_deposit_at_most_all": Refusal("validation_failed", "depositValue"),
    "property_charges_not_negative": Refusal("validation_failed"),
    "property_percentages_in_range": Refusal("validation_failed"),
    "property_fee_taxes_in_range": Refusal("validation_failed"),
    "property_counts_positive": Refusal("validation_failed"),
    "image_one_main": Refusal("conflict"),
    "image_of_a_room_has_one": FAULT,
    "image_kind_known": FAULT,
    "image_of_something_has_it": FAULT,
    "image_room_of_its_property": FAULT,
    "manager_access_once": Refusal("conflict"),
    "key_property_once": Refusal("conflict"),
    "custom_field_name_once": Refusal("conflict", "fieldname"),
    "custom_field_named": Refusal("validation_failed", "fieldname"),
    "custom_value_once": Refusal("conflict"),
    "plugin_setting_once": Refusal("conflict"),
    # favourites
    "favourite_once": Refusal("conflict"),
    # rooms
    "room_type_name_once": Refusal("conflict", "name"),
    "room_number_once": Refusal("conflict", "number"),
    "room_and_its_property": FAULT,
    "room_kind_not_negative": FAULT,
    "room_occupancy_within_capacity": Refusal("validation_failed", "max_occupancy"),
    "room_supplement_not_negative": Refusal("validation_failed", "singleperson_suppliment"),
    "room_feature_name_once": Refusal("conflict", "name"),
    "occupancy_level_once": Refusal("conflict"),
    "occupancy_level_within_capacity": Refusal("validation_failed", "max_occupancy"),
    # guests
    "guest_email_once_per_property": Refusal("conflict", "email"),
    "guest_discount_below_100": Refusal("validation_failed", "discount"),
    "guest_review_once_per_author": Refusal("conflict"),
    "guest_reading_once_a_day": FAULT,
    # messaging
    "conversation_once_for_each_account": Refusal("conflict"),
    "conversation_of_an_account_or_a_booking": FAULT,
    "participant_once_in_a_conversation": Refusal("conflict"),
    # mailing
    "mail_count_once_a_day": FAULT,
    # team
    "invitation_once_per_address": Refusal("conflict", "email"),
    "invitation_of_staff": Refusal("validation_failed", "access_level"),
    # tariffs
    "tariff_modifiers_not_negative": Refusal("validation_failed"),
    "tariff_discounts_at_most_all": Refusal("validation_failed"),
    "tax_rate_is_a_percentage": Refusal("validation_failed", "rate"),
    "extra_not_negative": Refusal("validation_failed", "price"),
    "extra_quantity_in_range": Refusal("validation_failed", "maxquantity"),
    "extra_dates_in_order": Refusal("validation_failed", "validto"),
    "extra_model_known": Refusal("validation_failed", "model"),
    "coupon_code_once": Refusal("conflict", "code"),
    "coupon_amount_in_range": Refusal("validation_failed", "amount"),
    "coupon_dates_in_order": Refusal("validation_failed", "valid_to"),
    "child_rate_ages_in_order": Refusal("validation_failed", "age_to"),
    "child_rate_not_negative": Refusal("validation_failed", "price"),
    "child_rate_one_per_age": Refusal("conflict", "age_from"),
    "guest_type_variance_in_range": Refusal("validation_failed", "variance"),
    "guest_type_maximum_positive": Refusal("validation_failed", "maximum"),
    "minimum_of_type_once": Refusal("conflict"),
    "partner_discount_is_a_percentage": Refusal("validation_failed", "percentage"),
    "partner_discount_dates_in_order": Refusal("validation_failed", "valid_to"),
    "tariff_type_and_its_property": FAULT,
    "tariff_people_in_order": Refusal("validation_failed", "max_people"),
    "tariff_max_stay_positive": Refusal("validation_failed", "max_stay"),
    "tariff_arrival_weekday_known": Refusal("validation_failed", "dayofweek"),
    "tariff_rooms_selected_in_order": Refusal("validation_failed", "maxrooms_alreadyselected"),
    "daily_rate_once": Refusal("conflict"),
    "daily_rate_of_its_property": FAULT,
    "daily_rate_not_negative": Refusal("validation_failed", "price"),
    "daily_rate_min_stay": Refusal("validation_failed", "min_stay"),
    "daily_rate_stays_in_order": Refusal("validation_failed", "max_stay"),
    # availability
    "night_count_not_negative": FAULT,
    "booking_count_not_negative": FAULT,
    "occupancy_one_per_room_and_night": Refusal("room_taken"),
    "occupancy_nights_finite": Refusal("validation_failed", "departure"),
    "occupancy_has_a_booking_or_expires": FAULT,
    "occupancy_at_most_three_years": Refusal("validation_failed", "departure"),
    "occupancy_room_of_its_property": FAULT,
    "allotment_once": Refusal("conflict"),
    # reservations
    "booking_has_a_night": Refusal("validation_failed", "departure"),
    "booking_departs_in_its_nights": FAULT,
    "booking_amounts_not_negative": Refusal("validation_failed"),
    "booking_has_a_guest_and_a_block_none": FAULT,
    "booking_state_known": FAULT,
    "booking_to_be_paid_is_unpaid": FAULT,
    "booking_line_adds_up": FAULT,
    "booking_line_kind_known": FAULT,
    "booking_history_actor_possible": FAULT,
    "hold_has_a_night": Refusal("validation_failed", "departure"),
    "hold_is_booked_or_released": FAULT,
    "quote_used_once": Refusal("quote_used"),
    "security_deposit_withheld_at_most_all": Refusal("validation_failed", "withheld"),
    "security_deposit_state_known": FAULT,
    # billing
    "payment_amount_not_zero": Refusal("validation_failed", "amount"),
    "payment_sign_of_its_kind": FAULT,
    "payment_reversal_names_one": FAULT,
    "payment_method_known": Refusal("validation_failed", "method"),
    "payment_and_its_amount": FAULT,
    "payment_reversal_mirrors": FAULT,
    "invoice_number_once": Refusal("invoice_number_taken"),
    "invoice_sequence_once": FAULT,
    "invoice_adds_up": FAULT,
    "invoice_kind_known": FAULT,
    "invoice_status_known": FAULT,
    "invoice_sign_of_its_kind": FAULT,
    "invoice_credit_note_corrects_one": FAULT,
    "invoice_paid_has_its_time": FAULT,
    "invoice_cancelled_has_its_credit_note": FAULT,
    "invoice_dates_in_order": FAULT,
    "invoice_line_adds_up": FAULT,
    "invoice_line_position_once": FAULT,
    # payments
    "payment_attempt_one_under_way": Refusal("busy"),
    "payment_attempt_checkout_once": FAULT,
    "payment_attempt_payment_once": FAULT,
    "payment_attempt_state_known": FAULT,
    "payment_attempt_provider_known": FAULT,
    "payment_attempt_amount_positive": FAULT,
    "payment_attempt_paid_has_its_time": FAULT,
    "payment_attempt_payment_of_a_booking": FAULT,
    "provider_notice_once": FAULT,
    # reviews
    "review_once_per_user": Refusal("review_exists"),
    "review_once_per_address": Refusal("review_exists"),
    "review_scores_from_1_to_10": Refusal("validation_failed"),
    "review_has_its_texts": Refusal("validation_failed"),
    "review_confirmation_once_per_user": Refusal("conflict"),
    "review_confirmation_once_per_address": Refusal("conflict"),
    "review_confirmation_of_a_user_or_an_address": FAULT,
    # channels
    "channel_name_once_per_user": Refusal("conflict", "channel_name"),
    "channel_has_a_name": Refusal("validation_failed", "channel_name"),
    "channel_property_once": Refusal("conflict"),
    "channel_remote_property_once": Refusal("remote_id_already_exists"),
    "channel_reservation_once": Refusal("conflict"),
    "channel_stay_number_once": Refusal("conflict"),
    "booking_link_once": Refusal("conflict"),
    "block_remote_once": Refusal("block_differs"),
    "revision_ack_once": FAULT,
    "cross_reference_remote_once": Refusal("conflict", "remote_id"),
    "cross_reference_local_once": Refusal("conflict", "local_id"),
    "dictionary_map_once": Refusal("conflict"),
    "dictionary_map_type_known": Refusal("item_type_unrecognised"),
    "dictionary_mapping_once": Refusal("conflict", "params"),
    "child_site_once": Refusal("conflict"),
    # webhooks
    "webhook_address_once": Refusal("webhook_already_exists"),
    "webhook_auth_method_known": Refusal("validation_failed", "authmethod"),
    "webhook_credentials_of_its_method": FAULT,
    "webhook_has_an_address": Refusal("validation_failed", "url"),
    "webhook_pause_of_one_that_is_off": FAULT,
    "webhook_secret_one_that_stays": FAULT,
    "webhook_delivery_once": FAULT,
    "webhook_delivery_state_possible": FAULT,
}


def violation(name: str) -> DomainError | None:
    """The refusal that a broken constraint stands for; None for an unknown one or a fault."""
    refusal = CONSTRAINTS.get(name, FAULT)
    if refusal == FAULT:
        return None
    message = _messages().get(name, "")
    if not refusal.field:
        return DomainError(refusal.key, message)
    problem = message or f"{ERRORS[refusal.key].told()}."
    detail = f"{refusal.field}: {problem}"
    return DomainError(refusal.key, detail, fields={refusal.field: [problem]})


@cache
def _messages() -> dict[str, str]:
    """The messages that models give their constraints."""
    return {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message != constraint.default_violation_error_message
    }
