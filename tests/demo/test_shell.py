"""What README and `script/server` give for a shell is run in one, against a real server."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import timedelta

import pytest
from django.utils import timezone

from benchmarks.serving import HOST, ROOT, granian
from bookyflow.demo.management.commands.demo import booking_lines, curl_lines, quote_line
from bookyflow.demo.services import demo_make
from tests.clusters import own_database

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed"),
]


@pytest.fixture
def demo():
    return demo_make(known={})


@pytest.fixture
def url(demo):
    with granian(
        workers=1, application="bookyflow.wsgi:application", DATABASE_URL=own_database()
    ) as web:
        yield f"http://{HOST}:{web.port}"


def shell(*lines):
    """What the last of these lines prints, as JSON."""
    done = subprocess.run(
        ["bash", "-eu", "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    text, found = done.stdout.strip(), None
    while text:  # answers follow each other without a line break
        found, end = json.JSONDecoder().raw_decode(text)
        text = text[end:].strip()
    return found


def blocks(heading):
    """The steps of the section's block: a text each, and what stands before the first."""
    section = (ROOT / "README.md").read_text().split(f"## {heading}\n")[1]
    return re.split(r"^# \d+\..*\n", section.split("```sh\n")[1].split("```")[0], flags=re.M)


def later(text):
    """The text with its dates a year from now, whenever that is."""
    return text.replace("2027-06-", f"{timezone.now() + timedelta(days=365):%Y-%m}-")


def test_the_lines_that_the_server_prints(demo, url):
    booked = shell(*curl_lines(url, demo))
    cancelled = shell(*booking_lines(url, demo))
    quoted = shell(quote_line(url, demo.examples[0]))

    assert booked["data"]["response"][0]["guest_data"]["enc_surname"] == "Somerville"
    assert cancelled["data"]["booking"]["status"] == "cancelled"
    assert quoted["data"]["quote"]["total"] == "802.50"


def test_the_lines_of_the_readme(demo, url):
    given, token, *steps = map(later, blocks("A first booking"))
    listing, priced, booking, reading = steps
    begin = (
        given.replace("http://127.0.0.1:8000", url).replace(
            "client_id:client_secret", f"{demo.client_id}:{demo.client_secret}"
        ),
        token,
    )
    uid = shell(*begin, listing)["data"]["ids"][0]
    number = f"PROPERTY={uid}"
    priced = priced.replace("PROPERTY=1", number)

    assert shell(*begin, priced)["data"]["response"]["2"]["number_of_guests"] == 2
    made = shell(*begin, number, booking)["data"]["response"]["successful_bookings"]["1001"]
    uid = str(made["link"]["contract_uid"])
    read = shell(*begin, number, reading.replace("CONTRACT_UID", uid))["data"]["response"][0]
    assert (read["booking_id"], read["referrer"]) == (int(uid), "curl")
    assert shell(*begin, number, booking)["data"]["response"]["successful_bookings"]["1001"] == made

    _, asking, holding, confirming, own = map(later, blocks("A guest's booking"))
    quote = shell(*begin, number, asking)["data"]["quote"]
    hold = shell(*begin, holding.replace("QUOTE", quote["quote"]))["data"]["hold"]

    def filled(line):
        return line.replace("REFERENCE", hold["reference"]).replace("TOKEN", hold["token"])

    confirmed = shell(*begin, filled(confirming))["data"]["booking"]
    assert confirmed["reference"] == hold["reference"]
    assert shell(*begin, filled(own))["data"]["booking"]["status"] == confirmed["status"]
