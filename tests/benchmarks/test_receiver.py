"""That the receiver of the soak notices what it is there to notice."""

from __future__ import annotations

import json
import time

from benchmarks.receiver import Received, Receiver, Reply, out_of_order
from bookyflow.webhooks.signing import secret_make, signed_headers


def told(number, sequence, room=1):
    about = {"object": {"kind": "room", "id": room, "sequence": sequence}}
    body = json.dumps({"data": about}).encode()
    return Received({"webhook-id": f"event_{number}"}, body, is_signed=True, status=204)


def test_an_event_before_an_earlier_one_of_its_object_is_noticed():
    assert out_of_order([told(1, 1), told(3, 1, room=2), told(2, 2), told(1, 1)]) == []
    assert out_of_order([told(2, 2), told(3, 1, room=2), told(1, 1)]) == ["event_1"]


def test_what_is_not_signed_is_noticed(tmp_path):
    secret, keep = secret_make(), tmp_path / "kept"
    receiver = Receiver([secret], lambda _: Reply(500), keep=keep)
    try:
        for with_it in (secret, secret_make()):
            headers = signed_headers(
                message_id="event_1", second=int(time.time()), body=b"{}", signed_with=[with_it]
            )
            receiver.note(headers, b"{}")
    finally:
        receiver.stop()

    assert [one.is_signed for one in receiver.received] == [True, False]
    assert receiver.accepted == []
    assert len(keep.read_text().splitlines()) == 2
