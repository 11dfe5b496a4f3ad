"""What is typed of a guest: nowhere in the clear, and nowhere at all once the guest is anonymised.

A guest's whole life, with a mark in every text that people can type. Every table is searched.
"""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.accounts.models import AccessLevel
from bookyflow.billing.invoicing import invoice_issue
from bookyflow.billing.payments import payment_record, payment_refund, payment_reverse
from bookyflow.billing.retention import invoices_forget_buyers
from bookyflow.channels.models import ChannelProperty
from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.core.crypto import decrypt
from bookyflow.core.rotation import encrypted_models
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest
from bookyflow.guests.profiles import guest_link_user, guest_update
from bookyflow.guests.reviews import guest_review_save
from bookyflow.messaging.attachments import attachment_add
from bookyflow.messaging.guests import visitor_write
from bookyflow.messaging.services import (
    Answer,
    Beginning,
    Words,
    conversation_start,
    message_reply,
)
from bookyflow.privacy.anonymising import guest_anonymise
from bookyflow.properties.custom_fields import custom_field_save
from bookyflow.properties.selectors import Reach
from bookyflow.reservations.folio_charges import service_add
from bookyflow.reservations.lifecycle import (
    booking_approve,
    booking_cancel,
    booking_check_in,
    booking_check_out,
)
from bookyflow.reservations.models import Booking
from bookyflow.reservations.notes import note_save
from bookyflow.reservations.security_deposits import security_receive, security_settle
from bookyflow.reservations.tasks import booking_mail
from bookyflow.reservations.tokens import booking_token
from bookyflow.reviews.models import SCORES, Review, ReviewReport
from bookyflow.reviews.rules import ReviewDraft, ReviewRules
from bookyflow.reviews.services import review_add, review_reply, review_report
from bookyflow.rooms.models import RoomType
from tests.domain.reservations.conftest import price, settle

pytestmark = pytest.mark.django_db
MARK = "zaphod"

REMOTE_ID = "The channel's own name of a reservation or a stay, by which it asks for it."
PUBLIC = "Published for everybody, by the guest's own stay_request; the author is no longer told."
PUBLIC_ANSWER = "The property's published answer to a review."
# Where the mark may be read in the clear.
IN_THE_CLEAR = {
    "channels_channelreservation.remote_id": REMOTE_ID,
    "channels_channelstay.remote_id": REMOTE_ID,
    "reviews_review.title": PUBLIC,
    "reviews_review.description": PUBLIC,
    "reviews_review.pros": PUBLIC,
    "reviews_review.cons": PUBLIC,
    "reviews_reviewreply.text": PUBLIC_ANSWER,
}

INVOICED = "An invoice says to whom and for what, as long as the law wants it."
REPEATED = "What a call was answered, for a day; here the channel's own name of a reservation."
# Where the mark stays, encrypted, when the guest is anonymised.
OF_INVOICES = {
    "billing_invoice.buyer": INVOICED,
    "billing_invoiceline.description": INVOICED,
}
OF_ANSWERS = {"api_idempotencyrecord.answer": REPEATED}

# Texts in the tables of the guest's life into which nobody types, by why not.
NOT_TYPED = {
    "One of a list of codes, kinds, states or names of jobs.": """
        availability_nightcount.kind availability_occupancy.kind reservations_bookingcount.kind
        events_event.actor_kind events_event.kind
        events_event.subject_kind reservations_bookinghistory.actor_kind
        events_subjectcounter.subject_kind guests_guest.country guests_guest.language
        guests_guest.region messaging_conversation.language
        billing_invoice.currency billing_invoice.kind billing_invoice.language
        billing_invoiceline.kind billing_payment.currency
        billing_payment.kind billing_payment.method procrastinate_jobs.lock
        procrastinate_jobs.queue_name procrastinate_jobs.queueing_lock
        procrastinate_jobs.task_name reservations_booking.currency reservations_booking.kind
        reservations_booking.language reservations_booking.state
        reservations_bookinghistory.from_state reservations_bookinghistory.to_state
        reservations_bookingline.kind reservations_bookingline.rule
        reservations_bookingline.source_kind reservations_securitydeposit.due
        reservations_securitydeposit.state""",
    "A keyed digest, from which nothing can be read.": """
        api_idempotencyrecord.fingerprint api_idempotencyrecord.namespace
        channels_channelreservation.about channels_channelreservation.content
        channels_channelstay.content guests_guest.email_hash
        mailing_mailcount.recipient reservations_quoteuse.caller reservations_quoteuse.digest
        reviews_review.address_hash""",
    "A number of our own.": """
        billing_invoice.number reservations_booking.number reservations_hold.number""",
    "Ids, dates, numbers, and names and codes that the property gave.": """
        events_event.data procrastinate_jobs.args reservations_booking.granted
        reservations_booking.request
        reservations_hold.quote""",
    "Numbers, and names that the property gave, of which a sentence is made.": """
        reservations_bookingline.values""",
    "What a file is, by its content.": """
        messaging_attachment.media""",
    "A key of our own.": """
        messaging_attachmentcontent.key""",
    "The property's own names.": """
        billing_invoice.seller billing_invoiceline.tax_code
        billing_invoiceline.tax_description""",
}


def columns() -> dict[str, list[str]]:
    """The columns of every table, by table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position) "
            "FROM information_schema.columns JOIN information_schema.tables "
            "USING (table_schema, table_name) "
            "WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' GROUP BY 1"
        )
        return dict(cursor.fetchall())


def in_the_clear() -> set[str]:
    """The columns of all tables in which the mark can be read."""
    found = set()
    with connection.cursor() as cursor:
        for table, names in columns().items():
            looks = ", ".join(f"bool_or(\"{name}\"::text ILIKE '%{MARK}%')" for name in names)
            cursor.execute(f'SELECT {looks} FROM "{table}"')  # names of our own tables
            found |= {
                f"{table}.{n}" for n, hit in zip(names, cursor.fetchone(), strict=True) if hit
            }
    return found


def encrypted() -> set[str]:
    """The columns of all tables in which the mark can be read with our key."""
    found = set()
    with connection.cursor() as cursor:
        for model, names in encrypted_models():
            table = model._meta.db_table
            for name in names:
                cursor.execute(f'SELECT "{name}" FROM "{table}"')  # the same
                texts = [decrypt(text or "") for (text,) in cursor.fetchall()]
                if any(MARK in text.lower() for text in texts):
                    found.add(f"{table}.{name}")
    return found


def rows() -> dict[str, int]:
    """How many rows each table has."""
    found = {}
    with connection.cursor() as cursor:
        for table in columns():
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # the same
            (found[table],) = cursor.fetchone()
    return found


@pytest.fixture
def inn(hotel):
    """A hotel with prices, a security deposit and a question of its own."""
    prop = settle(hotel, deposit_kind="full", security_deposit=50, requires_approval=True)
    price(prop, RoomType.objects.get(name="Double", property=None), 120)
    custom_field_save(property_id=prop.pk, by=SYSTEM, name="arrival_by")
    return prop


@pytest.fixture
def life(inn, by, anonymous, client_for, channel, user_with_level, settings):
    """A guest who books directly and through a channel, stays, pays and writes; and whom it is."""
    ChannelProperty.objects.create(channel=channel, property=inn, remote_id="26")
    ota = client_for("channel_management", channel="ota")
    account = user_with_level(AccessLevel.REGISTERED, username="account")
    before = rows()
    direct = book_directly(anonymous, inn)
    guest = Guest.objects.get()
    here = {"property_id": inn.pk, "by": by}
    guest_update(guest_id=guest.pk, changes={"preferences": MARK, "vat_number": MARK}, **here)
    guest_review_save(guest_id=guest.pk, text=MARK, **here)
    guest_link_user(guest_id=guest.pk, user_id=account.pk, **here)
    stay_and_pay({"booking_id": direct.pk, **here})
    book_by_channel(ota, inn, by)
    write(inn, Actor(user_id=account.pk), by, direct)
    talk(inn, Actor(user_id=account.pk), by, direct)
    settings.MAILS_PER_ADDRESS = 20
    for job in ProcrastinateJob.objects.filter(args__has_key="audience"):
        booking_mail(**job.args)
    assert Guest.objects.get() == guest
    touched = {table for table, number in rows().items() if number != before[table]}
    return guest, touched


def book_directly(anonymous, inn) -> Booking:
    first = inn.settings.today() + timedelta(days=5)
    api = "/bookyflow/api/booking/"
    asked = {
        "property_uid": inn.pk,
        "arrival": str(first),
        "departure": str(first + timedelta(days=2)),
        "rooms": [{"room_type_uid": inn.rooms.first().room_type_id}],
        "adults": 2,
    }
    quote = anonymous.post(f"{api}quote", asked, HTTP_IDEMPOTENCY_KEY="quote")
    hold = anonymous.post(f"{api}hold", {"quote": quote.json()["data"]["quote"]["quote"]})
    held = hold.json()["data"]["hold"]
    texts = ("firstname", "surname", "house", "street", "town", "postcode")
    guest = dict.fromkeys((*texts, "tel_landline", "tel_mobile"), MARK)
    body = {
        "reference": held["reference"],
        "guest": guest | {"email": f"{MARK}@guest.example", "country": "GB", "region": "GB-CON"},
        "remarks": MARK,
        "referrer": MARK,
        "answers": {"arrival_by": MARK},
    }
    answer = anonymous.post(
        f"{api}confirm",
        body,
        HTTP_IDEMPOTENCY_KEY="confirm",
        HTTP_X_BOOKYFLOW_BOOKING_TOKEN=held["token"],
    )
    assert answer.status_code == 201, answer.json()
    return Booking.objects.get(number=held["reference"])


def stay_and_pay(where) -> None:
    service_add(**where, description=f"Taxi for {MARK}", price=Decimal(20))
    booking_approve(**where)
    security_receive(**where)
    money = {**where, "method": "cash", "reference": MARK}
    payment = payment_record(amount=Decimal(10), **money)
    payment_reverse(
        property_id=where["property_id"], payment_id=payment.pk, by=where["by"], reference=MARK
    )
    payment_record(amount=Decimal(240), **money)
    payment_refund(amount=Decimal(5), **money)
    note_save(**where, text=MARK)
    invoice_issue(**where)
    booking_check_in(**where, override=True)
    booking_check_out(**where)
    security_settle(**where, withheld=Decimal(5), reason=MARK)


def book_by_channel(ota, inn, by) -> None:
    first = inn.settings.today() + timedelta(days=20)
    person = dict.fromkeys(("name", "surname", "phone", "address", "post_code"), MARK)
    reservation = {
        "remote_reservation_id": MARK,
        "comments": MARK,
        "referrer": MARK,
        "guest_info": person | {"email": f"{MARK}@guest.example", "country_code": "GB"},
        "stay_infos": [
            {
                "stay_id": MARK,
                "property_id": inn.pk,
                "date_from": str(first),
                "date_to": str(first),
                "channel_price": "100.00",
                "already_paid": "20.00",
            }
        ],
    }
    body = {"reservations": {"reservations": [reservation]}}
    answer = ota.put("/bookyflow/api/cmf/reservations/add", body, HTTP_IDEMPOTENCY_KEY="channel")
    assert answer.json()["data"]["response"]["successful_bookings"], answer.json()
    booking = Booking.objects.latest("pk")
    booking_cancel(booking_id=booking.pk, property_id=inn.pk, by=by, reason=MARK)


def talk(inn, guest: Actor, staff: Actor, booking: Booking) -> None:
    """Messages about the booking, with a file, and others as the account that the guest has."""
    host = reach_of(staff, AccessLevel.MANAGER)
    about = Beginning(inn.pk, Words(MARK, MARK), booking_id=booking.pk)
    begun = conversation_start(beginning=about, reach=host, by=staff)
    file = io.BytesIO(f"%PDF-1.7 {MARK} %%EOF".encode())
    sent = attachment_add(group_id=begun.conversation_id, file=file, name=MARK, reach=host)
    words = Words(MARK, attachment_id=sent.pk)
    message_reply(answer=Answer(begun.conversation_id, words), reach=host, by=staff)
    visitor_write(
        reference=booking.number,
        token=booking_token(booking.number, booking.token_version),
        words=Words(MARK),
    )
    conversation_start(
        beginning=Beginning(inn.pk, Words(MARK, MARK)),
        reach=reach_of(guest, AccessLevel.REGISTERED),
        by=guest,
        language="en-GB",
    )


def reach_of(who: Actor, level: int) -> Reach:
    return Reach(who.user_id or 0, level, key_id=0, all_properties=True, is_test=False)


def write(inn, guest: Actor, staff: Actor, booking: Booking) -> None:
    draft = ReviewDraft(*(MARK,) * 4, author_name=MARK, scores=dict.fromkeys(SCORES, 9))
    review = review_add(
        property_id=inn.pk,
        draft=draft,
        rules=ReviewRules(),
        by=guest,
        booking_id=booking.pk,
        address="192.0.2.1",
    )
    where = {"review_id": review.pk, "property_id": inn.pk, "text": MARK}
    review_reply(**where, by=staff)
    review_report(**where, by=staff)


def test_what_is_typed_of_a_guest_is_nowhere_in_the_clear(life):
    assert in_the_clear() == set(IN_THE_CLEAR)


def test_the_mark_is_in_every_text_of_the_tables_that_a_guests_life_touches(life):
    _, touched = life
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name || '.' || column_name FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND table_name = ANY (%s) "
            "AND data_type IN ('text', 'character varying', 'json', 'jsonb')",
            [list(touched)],
        )
        texts = {name for (name,) in cursor.fetchall()}

    not_typed = {name for names in NOT_TYPED.values() for name in names.split()}
    assert texts - in_the_clear() - encrypted() == not_typed


def test_an_anonymised_guest_leaves_no_trace_but_on_invoices_and_in_public(life, inn, by):
    guest, _ = life
    guest_anonymise(guest_id=guest.pk, property_id=inn.pk, by=by)

    assert encrypted() == {*OF_INVOICES, *OF_ANSWERS}
    assert in_the_clear() == set(IN_THE_CLEAR)

    invoices_forget_buyers(before=inn.settings.today() + timedelta(days=1))
    assert encrypted() == set(OF_ANSWERS)


def test_afterwards_the_accounts_and_invoices_still_add_up(life, inn, by):
    guest, _ = life
    guest_anonymise(guest_id=guest.pk, property_id=inn.pk, by=by)
    invoices_forget_buyers(before=inn.settings.today() + timedelta(days=1))

    booking = Booking.objects.filter(guest=guest).earliest("pk")
    assert sum(line.gross for line in booking.lines.all()) == booking.total
    assert sum(entry.amount for entry in booking.payments.all()) == booking.paid == 235
    for lines in (booking.lines, booking.invoices.get().lines):
        assert [line.description for line in lines.filter(kind="service")] == ["Service"]


def test_of_reviews_the_words_stay_and_who_wrote_them_goes(life, inn, by):
    guest, _ = life
    guest_anonymise(guest_id=guest.pk, property_id=inn.pk, by=by)

    report = ReviewReport.objects.get()
    review = report.review
    assert (review.author_name, review.user, review.booking) == ("", None, None)
    assert (review.address_hash, review.title, report.text) == (None, MARK, "")


def test_a_review_that_is_not_published_goes_with_its_author(life, inn, by):
    guest, _ = life
    Review.objects.update(is_published=False)

    guest_anonymise(guest_id=guest.pk, property_id=inn.pk, by=by)

    assert not Review.objects.exists()
    kinds = list(Event.objects.order_by("id").values_list("kind", flat=True))
    assert kinds[-2:] == ["guest_anonymised", "review_deleted"]


def test_what_other_guests_wrote_stays(life, inn, by, user_with_level):
    guest, _ = life
    other = Actor(user_id=user_with_level(AccessLevel.REGISTERED).pk)
    draft = ReviewDraft(
        "Fine", "Fine", "Fine", author_name="Trillian", scores=dict.fromkeys(SCORES, 9)
    )
    review = review_add(
        property_id=inn.pk, draft=draft, rules=ReviewRules(only_guests=False), by=other
    )
    review_report(review_id=review.pk, property_id=inn.pk, text="Not fine.", by=by)

    guest_anonymise(guest_id=guest.pk, property_id=inn.pk, by=by)

    review.refresh_from_db()
    assert (review.author_name, review.reports.get().text) == ("Trillian", "Not fine.")
