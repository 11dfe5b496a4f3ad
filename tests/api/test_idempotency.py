from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from psycopg import errors as pg

from bookyflow.api.models import IdempotencyRecord
from bookyflow.api.tasks import answers_clear
from bookyflow.properties.models import PropertyType
from tests.api.probe import views
from tests.conftest import make_token

API = "/bookyflow/api/probe"
SCOPES = "probe_get probe_set"


def write(client, text="Barn", key="key-1", path="write", method="post", **headers):
    return getattr(client, method)(
        f"{API}/{path}", {"text": text}, HTTP_IDEMPOTENCY_KEY=key, **headers
    )


def test_a_repeated_call_has_one_effect(client):
    first, second = write(client), write(client)

    assert first.json() == second.json()
    assert first.status_code == second.status_code == 200
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert PropertyType.objects.filter(name="Barn").count() == 1


def test_a_replay_is_rendered_anew(client):
    first = write(client)
    bare = write(client, HTTP_X_BOOKYFLOW_NO_ENVELOPE="1", HTTP_X_REQUEST_ID="another-id")

    assert bare.json() == first.json()["data"]["note"]
    assert bare["X-Request-ID"] == "another-id"


def test_without_a_key_nothing_is_kept(client):
    client.post(f"{API}/write", {"text": "Barn"})

    assert not IdempotencyRecord.objects.exists()


def test_another_body_is_refused(client):
    write(client)
    response = write(client, text="Mill")

    assert (response.status_code, response.json()["key"]) == (422, "idempotency_key_reused")
    assert not PropertyType.objects.filter(name="Mill").exists()


def test_another_query_is_refused(client):
    write(client)

    assert write(client, path="write?language=de").status_code == 422


def test_the_form_of_a_body_does_not_matter(client):
    write(client)
    body = b'{ "text" :  "Barn" }'
    repeated = client.generic(
        "POST", f"{API}/write/", body, "application/json", HTTP_IDEMPOTENCY_KEY="key-1"
    )
    media = "application/x-www-form-urlencoded"
    form = client.generic("POST", f"{API}/write", "text=Barn", media, HTTP_IDEMPOTENCY_KEY="key-1")

    assert repeated["Idempotency-Replayed"] == form["Idempotency-Replayed"] == "true"


def test_callers_paths_and_keys_are_apart(client, client_for, stranger):
    other = client_for("probe_set", user=stranger)
    write(client)
    different = [
        write(other, text="Mill"),
        write(client, text="Loft", key="key-2"),
        write(client, text="Tent", path="rivals"),
    ]

    assert [response.status_code for response in different] == [200] * 3
    assert not any("Idempotency-Replayed" in response for response in different)


def test_a_new_token_of_the_key_pair_is_the_same_caller(client, anonymous):
    first = write(client)
    token = make_token(client.key, SCOPES)
    second = write(anonymous, HTTP_AUTHORIZATION=f"Bearer {token}")

    assert second["Idempotency-Replayed"] == "true"
    assert second.json() == first.json()


def test_a_token_with_other_scopes_is_not_given_the_answer(client, anonymous):
    """It may show what only the first one may see."""
    write(client)
    token = make_token(client.key, "probe_set")
    second = write(anonymous, HTTP_AUTHORIZATION=f"Bearer {token}")

    assert (second.status_code, second.json()["key"]) == (422, "idempotency_key_reused")
    assert PropertyType.objects.filter(name="Barn").count() == 1


def test_a_refusal_is_tried_again(client):
    assert write(client, path="refuse").status_code == 409
    assert not IdempotencyRecord.objects.exists()
    assert write(client, path="refuse").status_code == 409


def test_a_refusal_may_keep_what_it_tells_of_and_is_no_answer_to_repeat(client):
    answers = [write(client, text, path="refuse", key=text) for text in ("Barn", "Kept")]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert list(PropertyType.objects.filter(name__in=["Barn", "Kept"])) == [
        PropertyType.objects.get(name="Kept")
    ]
    assert not IdempotencyRecord.objects.exists()


def test_secrets_are_not_kept(client):
    assert write(client, path="secret").status_code == 201
    assert not IdempotencyRecord.objects.exists()


def test_answers_are_encrypted(client):
    write(client, key="key-1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT answer FROM api_idempotencyrecord")
        (stored,) = cursor.fetchone()

    assert "note" not in stored
    assert "note" in IdempotencyRecord.objects.get().answer


def test_answers_are_kept_for_a_day(client, time_machine):
    write(client)
    now = timezone.now()
    time_machine.move_to(now + timedelta(hours=23))
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(client.key, SCOPES)}")
    assert write(client)["Idempotency-Replayed"] == "true"
    time_machine.move_to(now + timedelta(hours=25))
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(client.key, SCOPES)}")
    again = write(client, text="Mill")

    assert again.status_code == 200
    assert "Idempotency-Replayed" not in again
    assert IdempotencyRecord.objects.count() == 1


def test_expired_answers_are_forgotten(client, time_machine):
    write(client)
    assert answers_clear(0) == 0
    time_machine.move_to(timezone.now() + timedelta(hours=25))

    assert answers_clear(0) == 1


@pytest.mark.parametrize(
    "key", ["", " ", "a b", "ü", "a\tb", "k" * 256, "<string>", "{key}", "{{key}}"]
)
def test_malformed_keys(client, key):
    response = write(client, key=key)

    assert response.status_code == 400
    assert list(response.json()["fields"]) == ["Idempotency-Key"]


def test_the_longest_key(client):
    assert write(client, key="~" * 255).status_code == 200


def test_reads_ignore_the_key(client):
    assert client.get(f"{API}/empty", HTTP_IDEMPOTENCY_KEY="a b").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_same_call_twice_at_once(client):
    """Two threads with a connection each: one acts, the other is told to wait, then replays."""
    views.GATE.clear()
    views.ENTERED.clear()
    answers = []

    def slow():
        try:
            answers.append(write(client, method="put"))
        finally:
            connection.close()

    first = threading.Thread(target=slow)
    first.start()
    try:
        assert views.ENTERED.wait(10)
        rival = write(client, method="put")
    finally:
        views.GATE.set()
        first.join(10)
    later = write(client, method="put")

    assert (rival.status_code, rival.json()["key"]) == (409, "idempotency_in_progress")
    assert answers[0].status_code == 200
    assert later["Idempotency-Replayed"] == "true"
    assert later.json() == answers[0].json()
    assert PropertyType.objects.filter(name="Barn").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_retried_transaction_keeps_its_answer(client, monkeypatch):
    monkeypatch.setattr(views, "FAILURES", [pg.DeadlockDetected])

    assert write(client, path="rivals").status_code == 200
    assert write(client, path="rivals")["Idempotency-Replayed"] == "true"
    assert PropertyType.objects.filter(name="Barn").count() == 1
