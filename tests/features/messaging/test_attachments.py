from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from bookyflow.core.crypto import encrypt
from bookyflow.core.rotation import rotate
from bookyflow.messaging.attachments import LARGEST_FILE
from bookyflow.messaging.models import Attachment, AttachmentContent
from bookyflow.messaging.retention import messages_clear
from tests.conftest import make_hotel
from tests.examples import as_shown, example
from tests.features.conftest import problem
from tests.features.messaging.conftest import BASE, answered, read, reply
from tests.pictures import picture

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\nzaphod\n%%EOF\n"


def send(client, group_id, content=PDF, name="map.pdf"):
    """Add a file to a conversation."""
    file = SimpleUploadedFile(name, content)
    return client.post(f"{BASE}/group/attachments/{group_id}", {"file": file}, format="multipart")


def test_a_file_goes_with_a_message(guest, host, begin):
    group_id = begin()
    shown = example("messaging.add_attachment").answer
    added = answered(send(host, group_id), 201)
    assert as_shown(added, shown, "attachment_id") == shown | {"size": len(PDF)}
    path = f"{BASE}/attachments/{added['attachment_id']}"
    assert problem(guest.get(path)) == (404, "attachment_not_found", [])  # not sent yet
    assert host.get(path).status_code == 200

    reply(host, group_id, "", attachment_id=added["attachment_id"])

    message = read(guest, group_id)["messages"][-1]
    assert (message["attachment_id"], message["attachment"]) == (added["attachment_id"], added)
    file = guest.get(path)
    assert (file.status_code, file.content) == (200, PDF)
    assert file["Content-Type"] == "application/octet-stream"
    assert file["Content-Disposition"] == 'attachment; filename="map.pdf"'
    assert file["X-Content-Type-Options"] == "nosniff"


def test_nothing_of_it_can_be_read_in_the_database(host, begin):
    send(host, begin(), name="zaphod.pdf")

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM messaging_attachment")
        assert "zaphod" not in cursor.fetchone()[0]
    kept = AttachmentContent.objects.get()
    assert b"zaphod" not in bytes(kept.token)
    assert Attachment.objects.get().name == "zaphod.pdf"


def test_it_is_readable_after_another_key(host, begin, settings):
    attachment_id = answered(send(host, begin()), 201)["attachment_id"]
    old = settings.ENCRYPTION_KEYS
    new = "a" * 43 + "="
    settings.ENCRYPTION_KEYS = [new, *old]
    assert list(rotate(AttachmentContent, ["key"]))
    settings.ENCRYPTION_KEYS = [new]
    assert encrypt("x")

    kept = AttachmentContent.objects.get(pk=attachment_id)

    assert len(kept.key) == 44


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_pictures_are_known_by_their_content(host, begin, kind):
    added = answered(send(host, begin(), picture(form=kind).getvalue(), "anything.bin"), 201)

    assert (added["media_type"], added["file_name"]) == (f"image/{kind.lower()}", "anything.bin")


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>1</script>",
        b"%PDF-1.7 cut off",
        b"MZ\x90\0",
        picture().getvalue()[:40],
        b"GIF89a",
        b"<svg/>",
    ],
)
def test_other_files_are_refused(host, begin, content):
    answer = send(host, begin(), content, "map.pdf")

    assert problem(answer) == (400, "attachment_invalid", [])
    assert not Attachment.objects.exists()


def test_a_huge_picture_is_refused(host, begin, monkeypatch):
    monkeypatch.setattr("bookyflow.messaging.attachments.MOST_PIXELS", 100)

    assert problem(send(host, begin(), picture().getvalue())) == (400, "attachment_invalid", [])


def test_a_large_file_is_refused(host, begin):
    content = PDF + b"x" * LARGEST_FILE

    assert problem(send(host, begin(), content))[:2] == (413, "payload_too_large")


@pytest.mark.parametrize("body", [{}, {"file": "text"}])
def test_no_file(host, begin, body):
    path = f"{BASE}/group/attachments/{begin()}"

    assert problem(host.post(path, body)) == (400, "validation_failed", ["file"])


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a:b<c>|*?.pdf", "a_b_c_.pdf"),
        ("....", "file.pdf"),
        ("Ström \u202e.pdf", "Ström .pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_a_name_is_only_a_name(host, begin, name, kept):
    group_id = begin()
    file = SimpleUploadedFile("x", PDF)
    file.name = name
    path = f"{BASE}/group/attachments/{group_id}"
    added = answered(host.post(path, {"file": file}, format="multipart"), 201)

    assert added["file_name"] == kept
    stored = host.get(f"{BASE}/attachments/{added['attachment_id']}")
    assert stored["Content-Disposition"].startswith("attachment; filename")


def test_a_file_is_sent_once_in_its_conversation_by_its_sender(
    guest, host, begin, manager, client_for, stranger
):
    group_id = begin()
    other = begin("x", property_id=make_hotel(manager, name="Other").pk)
    attachment_id = answered(send(host, group_id), 201)["attachment_id"]
    body = {"message_body": "x", "attachment_id": attachment_id}
    for client, group in ((guest, group_id), (host, other)):
        refused = client.put(f"{BASE}/reply", body | {"group_id": group})
        assert problem(refused) == (404, "attachment_not_found", [])
    reply(host, group_id, "x", attachment_id=attachment_id)
    refused = host.put(f"{BASE}/reply", body | {"group_id": group_id})
    assert problem(refused) == (404, "attachment_not_found", [])
    foreign = client_for("messaging", user=stranger)
    assert problem(send(foreign, group_id)) == (404, "user_not_in_group", [])
    missing = foreign.get(f"{BASE}/attachments/{attachment_id}")
    assert problem(missing) == (404, "attachment_not_found", [])


def test_so_many_files_on_a_day(host, begin, settings):
    settings.ATTACHMENTS_PER_ACCOUNT = 2
    group_id = begin()
    answers = [send(host, group_id) for _ in range(3)]

    assert [one.status_code for one in answers] == [201, 201, 429]
    assert answers[2].json()["key"] == "too_many_messages"
    assert 86_000 < int(answers[2]["Retry-After"]) <= 86_401


def test_a_file_that_is_never_sent_goes(host, begin):
    group_id = begin()
    send(host, group_id)
    sent = answered(send(host, group_id), 201)["attachment_id"]
    reply(host, group_id, "x", attachment_id=sent)
    Attachment.objects.update(created_at=timezone.now() - timedelta(days=2))

    messages_clear()

    assert Attachment.objects.get().pk == sent
    assert AttachmentContent.objects.get().pk == sent
