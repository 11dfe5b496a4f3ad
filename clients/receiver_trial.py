"""Try a receiver of webhooks: `receiver_trial.py [--record FILE] COMMAND…` starts it, and sends.

The receiver finds PORT and WEBHOOK_SECRET in its environment. Good messages are answered 204, and
worked on once: it prints their types, in any order, as it may answer first and work after that.
All others are answered 400. What was sent and taken is written to FILE, a line of JSON each.
Standard library only.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

HOST = "127.0.0.1"
KEY = b"twenty-four bytes or so!"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
LONGEST = 20  # seconds that the receiver may take to start, and to have worked on all
PING = "webhook_ping"
WORK = ["booking_added", "room_added", PING]
TAKEN, REFUSED = 204, 400


def message(name: str) -> bytes:
    """The body of an event; with letters that have several bytes."""
    data = {} if name == PING else {"property_uid": 31, "task": name, "note": "Zürich"}
    return json.dumps(
        {"type": name, "timestamp": "2027-06-01T09:12:40Z", "data": data},
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def signed(
    name: str, body: bytes, *, second: int | None = None, key: bytes = KEY
) -> dict[str, str]:
    """The headers of a delivery."""
    at = str(int(time.time()) if second is None else second)
    digest = hmac.new(key, b".".join((name.encode(), at.encode(), body)), hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"webhook-id": name, "webhook-timestamp": at, "webhook-signature": signature}


def post(port: int, headers: dict[str, str], body: bytes) -> int:
    """Send a delivery; the status that was answered."""
    headers = {"Content-Type": "application/json", **headers}
    request = urllib.request.Request(f"http://{HOST}:{port}/", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def deliveries() -> list[tuple[str, dict[str, str], bytes, int]]:
    """What is sent: why, its headers and body, and what is to be answered."""
    body, now = message("booking_added"), int(time.time())
    good = signed("event_1", body)
    old = signed("event_0", body, second=now - 3600, key=b"the secret before this one")
    rotated = {"webhook-signature": f"{old['webhook-signature']} {good['webhook-signature']}"}
    return [
        ("good", good, body, TAKEN),
        ("again", good, body, TAKEN),
        ("during a rotation", {**good, **rotated}, body, TAKEN),
        ("another event", signed("event_2", message("room_added")), message("room_added"), TAKEN),
        ("a ping", signed("trial_1", message(PING)), message(PING), TAKEN),
        ("another body", good, body.replace(b"31", b"32"), REFUSED),
        (
            "another secret",
            signed("event_3", body, key=b"of somebody else, 24 bytes"),
            body,
            REFUSED,
        ),
        ("an hour old", signed("event_4", body, second=now - 3600), body, REFUSED),
        ("no signature", {"webhook-id": "event_5"}, body, REFUSED),
        ("a signature that is none", {**good, "webhook-signature": "nonsense"}, body, REFUSED),
    ]


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until the receiver takes connections."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    sys.exit("The receiver does not start.")


def worked_on(output: Path) -> list[str]:
    """What the receiver printed, once it is all that there is to do or time is up; sorted."""
    end = time.monotonic() + LONGEST
    while len(done := output.read_text(encoding="utf-8").split()) < len(WORK):
        if time.monotonic() > end:
            break
        time.sleep(0.05)
    return sorted(done)


def main() -> int:
    """0 when the receiver does as it should."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", type=Path)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    facts = {**os.environ, "PORT": str(port), "WEBHOOK_SECRET": SECRET}
    sent = deliveries()
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        with output.open("w", encoding="utf-8") as printed:
            process = subprocess.Popen(options.command, env=facts, stdout=printed)  # noqa: S603  # what the caller wants to be started
        try:
            wait_for(port, process)
            answers = [(why, post(port, headers, body), told) for why, headers, body, told in sent]
            worked = worked_on(output)
        finally:
            process.terminate()
            process.wait(timeout=10)
    wrong = [
        f"{why}: {status} instead of {told}" for why, status, told in answers if status != told
    ]
    if worked != WORK:
        wrong.append(f"worked on {worked}")
    if options.record:
        lines = [
            json.dumps({"headers": headers, "body": body.decode()})
            for _, headers, body, told in sent
            if told == TAKEN
        ]
        options.record.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(wrong or [f"{len(sent)} deliveries, all answered as they should."]))
    sys.stdout.write("\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
