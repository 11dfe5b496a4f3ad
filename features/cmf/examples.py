"""Values of the document's examples that are too long to stand beside their endpoints."""

from __future__ import annotations

RESERVATIONS = {
    "reservations": {
        "reservations": [
            {
                "remote_reservation_id": "70012345",
                "comments": "Late arrival",
                "referrer": "Alpine Sync",
                "guest_info": {
                    "name": "Ada",
                    "surname": "Berger",
                    "email": "ada.berger@mail.example",
                    "phone": "+43 660 000000",
                    "address": "Ring 4, Wien",
                    "post_code": "1010",
                    "country_code": "AT",
                    "language_id": "en-GB",
                },
                "stay_infos": [
                    {
                        "property_id": 31,
                        "date_from": "2027-06-01",
                        "date_to": "2027-06-06",
                        "client_price": "570.00",
                        "channel_price": "570.00",
                        "already_paid": "57.00",
                        "room_quantity": 1,
                        "room_type_id": 1,
                        "room_type_name": "",
                        "guest_number": 2,
                    }
                ],
            }
        ]
    }
}

BOOKED_STAY = {
    "link_id": 912,
    "contract_uid": 912,
    "booking_number": "5174092837",
    "property_uid": 31,
    "date_from": "2027-06-01",
    "date_to": "2027-06-06",
    "property_name": "Hotel Sonnblick",
}

BOOKED = {
    "successful_bookings": {
        "70012345": {"success": True, "link": BOOKED_STAY, "links": [BOOKED_STAY]}
    },
    "unsuccessful_bookings": {
        "70012346": {
            "success": False,
            "key": "no_room_available",
            "message": "0 of 1 room(s) free from 2027-06-01 to 2027-06-07.",
        }
    },
}

BOOKING = {
    "booking_id": 912,
    "booking_number": "5174092837",
    "invoice_id": 5,
    "invoice_number": "1001",
    "comments": "Late arrival",
    "status": {"status_code": 3, "status_text": "Approved"},
    "property_uid": 31,
    "booking_created": "2027-05-20T10:51:04Z",
    "last_modified": "2027-05-21T08:02:11Z",
    "date_from": "2027-06-01",
    "date_to": "2027-06-06",
    "booking_total": "570.00",
    "deposit_amount": "57.00",
    "deposit_paid": True,
    "currency_code": "EUR",
    "referrer": "Alpine Sync",
    "mapping": {
        "linked_bookings": {
            "channel_id": 3,
            "remote_booking_id": "70012345",
            "local_booking_id": 912,
        }
    },
    "guest_numbers": {"adults": 2, "children": 0, "number_of_guests": 2},
    "room_types_booked": {
        "1": {
            "room_type_name": "Double",
            "room_type_id": 1,
            "number_of_rooms_of_type_booked": 1,
            "room_ids": [101],
        }
    },
    "guest_data": {
        "guest_id": 12,
        "enc_firstname": "Ada",
        "enc_surname": "Berger",
        "enc_house": "",
        "enc_street": "Ring 4, Wien",
        "enc_city": "",
        "enc_region": "",
        "country": "Austria",
        "country_code": "AT",
        "enc_postcode": "1010",
        "enc_preferences": "",
        "enc_tel_landline": "+43 660 000000",
        "enc_tel_mobile": "+43 660 000000",
        "enc_email": "ada.berger@mail.example",
    },
    "version": 1,
}

ROOM = {
    "room_uid": 101,
    "room_name": "Sea room",
    "room_number": "01",
    "room_type_id": 1,
    "room_type": "Double",
    "room_features": ["Sea view"],
    "max_people": 2,
    "singleperson_suppliment": "0.00",
    "tagline": "",
    "surcharge": "0.00",
    "description": "",
}

FREE_ROOMS = {
    "continuously_available_rooms": [
        {
            "room_uid": 101,
            "room_name": "Sea room",
            "room_number": "01",
            "max_people": 2,
            "room_type": "Double",
            "room_type_id": 1,
        }
    ],
    "room_details": {
        "101": {
            "room_uid": 101,
            "room_classes_uid": 1,
            "propertys_uid": 31,
            "room_features_uid": [4],
            "room_name": "Sea room",
            "room_number": "01",
            "room_floor": "1",
            "max_people": 2,
            "singleperson_suppliment": "0.00",
            "tagline": "",
            "description": "",
            "surcharge": "0.00",
            "max_occupancy": 2,
            "max_adults": 2,
            "max_children": 0,
            "room_type": "Double",
        }
    },
}

PROPERTY = {
    "propertys_uid": 31,
    "property_name": "Hotel Sonnblick",
    "property_street": "12 Dorfstrasse",
    "property_town": "Grindelwald",
    "property_region": 3005510,
    "property_country": "CH",
    "property_postcode": "3818",
    "property_tel": "+41 33 000 00 00",
    "property_fax": "",
    "property_email": "host@sonnblick.example",
    "property_description": "A timber house with a view of the Eiger.",
    "property_checkin_times": "Check-in from 16:00, check-out until 10:00.",
    "property_area_activities": "Hiking, skiing.",
    "property_driving_directions": "Leave the A8 at Wilderswil.",
    "property_airports": "Bern 70 km",
    "property_othertransport": "Train to Grindelwald Terminal",
    "property_policies_disclaimers": "No smoking.",
    "published": 1,
    "stars": 4,
    "superior": 0,
    "ptype_id": 1,
    "lat": "46.62416",
    "long": "8.04140",
    "metatitle": "Hotel Sonnblick",
    "metadescription": "Rooms in Grindelwald",
    "metakeywords": "hotel, grindelwald",
    "approved": 1,
    "time_zone": "Europe/Zurich",
    "permit_number": "BE-2207",
    "room_info": {
        "rooms": {"101": 101},
        "rooms_by_type": {"1": [101]},
        "room_types": {"1": {"abbv": "Double", "desc": "Double room", "image": ""}},
        "rooms_max_people": {"1": {"101": 2}},
    },
    "rooms": {"local_rooms": [{"room_uid": 101, "room_classes_uid": 1, "max_people": 2}]},
    "tariffs": [
        {
            "rates_uid": 301,
            "tarifftype_id": 7,
            "rate_title": "Tariff",
            "rate_description": "",
            "validfrom": "2027-01-01",
            "validto": "2027-12-31",
            "roomrateperday": "180.00",
            "mindays": 3,
            "maxdays": 365,
            "minpeople": 1,
            "maxpeople": 8,
            "roomclass_uid": 1,
            "ignore_pppn": 0,
            "allow_ph": 1,
            "allow_we": 1,
        }
    ],
    "other_settings": {"cleaning_fee": "25.00", "security_deposit": "50.00"},
    "remote_data": {
        "origin_management_url": "https://pms.alpine.example/units/9001",
        "cross_references": {"extras": {"77": {"remote_id": "77", "local_id": 12}}},
    },
    "changelog_item_count": 12,
    "version": 3,
}
