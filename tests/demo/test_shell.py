"""What README and `script/server` give for a shell is run in one, against a real server."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from textwrap import dedent

import pytest
from django.utils import timezone

from benchmarks.serving import HOST, ROOT, granian
from tests.clusters import fresh_copy

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed"),
]


@pytest.fixture(scope="module")
def site(django_db_setup, tmp_path_factory):
    """What `script/server` sets up, and the facts that it prints."""
    folder = tmp_path_factory.mktemp("shell")
    with fresh_copy("shell") as database:
        environment = {"DATABASE_URL": database, "BOOKYFLOW_VAR": str(folder)}
        with granian(workers=1, application="bookyflow.wsgi:application", **environment) as web:
            prepare = "script/_prepare.py", "--demo-output", str(folder / "demo.txt")
            subprocess.run(
                [sys.executable, *prepare, "--demo-url", f"http://{HOST}:{web.port}"],
                cwd=ROOT,
                env=os.environ | environment | {"PYTHONPATH": str(ROOT)},
                check=True,
            )
            yield json.loads((folder / "demo.json").read_text())


def answers(*lines):
    """What these lines print, one JSON value after the other."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONTZPATH"}
    done = subprocess.run(
        ["bash", "-eu", "-c", "\n".join(lines)],
        env=own,  # as who reads the page has it: with the zones of the machine
        capture_output=True,
        text=True,
        check=True,
    )
    text, found = done.stdout.strip(), []
    while text:  # answers follow each other without a line break
        value, end = json.JSONDecoder().raw_decode(text)
        found.append(value)
        text = text[end:].strip()
    return found


def shell(*lines):
    """What the last of these lines prints, as JSON."""
    return answers(*lines)[-1]


def blocks(heading):
    """The steps of the section's block: a text each, and what stands before the first."""
    section = (ROOT / "README.md").read_text().split(f"## {heading}\n")[1]
    return re.split(r"^# \d+\..*\n", section.split("```sh\n")[1].split("```")[0], flags=re.M)


def at(site, text):
    """The text with the address and the key pair of the site."""
    pair = f"{site['client_id']}:{site['client_secret']}"
    return text.replace("http://127.0.0.1:8000", site["url"]).replace(
        "client_id:client_secret", pair
    )


def later(text):
    """The text with its dates a year from now, whenever that is."""
    return text.replace("2027-06-", f"{timezone.now() + timedelta(days=365):%Y-%m}-")


def test_the_lines_that_the_server_prints(site):
    booked = shell(*site["curl"])
    cancelled = shell(*site["curl_booking"])
    quoted = shell(site["curl_quotes"][0])

    assert booked["data"]["response"][0]["guest_data"]["enc_surname"] == "Somerville"
    assert cancelled["data"]["booking"]["status"] == "cancelled"
    assert quoted["data"]["quote"]["total"] == "802.50"


def test_the_lines_of_the_readme(site):
    given, token, *steps = map(later, blocks("A first booking"))
    listing, priced, booking, reading = steps
    begin = (at(site, given), token)
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


def test_one_propertys_life(site):
    page = (ROOT / "docs/one_property.md").read_text()
    lines = re.findall(r"^```sh\n(.*?)^```$", page, flags=re.M | re.S)

    rooms, tariffs, tariff, booked, paid, arrived, charge, *end = answers(
        at(site, "\n".join(lines))
    )
    rest, left, over, invoice = end

    ((room_type, of_type),) = tariffs.items()
    ((known, rates),) = of_type.items()
    (room,) = rooms.values()
    assert (int(room_type), int(known)) == (room["room_classes_uid"], tariff)
    assert [rate["roomrateperday"] for rate in rates.values()] == ["180.00", "210.00"]
    assert (booked["status"], booked["total"]) == ("provisional", "560.00")
    assert (paid["amount"], rest["amount"]) == ("100.00", "490.00")
    assert (arrived["status"], charge["gross"]) == ("checked_in", "30.00")
    assert left["status"] == over["status"] == "checked_out"
    assert (over["balance"], invoice["status"]) == ("0.00", "paid")


def test_the_quick_start_of_the_documentation(site):
    page = (ROOT / "docs/api.md").read_text()
    lines = re.findall(r"^ *```sh\n(.*?)^ *```$", page, flags=re.M | re.S)

    listed, echoed, announced, known = answers(at(site, "\n".join(map(dedent, lines))))

    assert set(site["properties"].values()) <= set(listed["data"]["ids"])  # others may be made here
    assert echoed["meta"] == announced["meta"] == {"code": 200}
    assert known["data"]["response"] == {}


def first_booking(folder):
    environment = os.environ | {"BOOKYFLOW_VAR": str(folder)}
    return subprocess.run(
        [sys.executable, "script/first-booking"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_first_booking_is_made_and_timed(site, tmp_path):
    (tmp_path / "demo.json").write_text(json.dumps(site))

    runs = [first_booking(tmp_path) for _ in range(2)]

    for run in runs:
        assert (run.returncode, run.stderr) == (0, "")
        steps = re.findall(r"^ +\d+\.\d\d s  (.*)$", run.stdout, flags=re.M)
        assert steps == ["token", "properties", "price", "booking", "read back", "in all"]
    numbers = {re.search(r"Booking (\d+) at", run.stdout)[1] for run in runs}
    assert len(numbers) == 2


def test_a_first_booking_that_fails_says_why(site, tmp_path):
    without = first_booking(tmp_path)
    (tmp_path / "demo.json").write_text(json.dumps(site | {"client_secret": "wrong"}))
    refused = first_booking(tmp_path)
    (tmp_path / "demo.json").write_text(json.dumps(site | {"url": "http://127.0.0.1:9"}))
    away = first_booking(tmp_path)

    assert [run.returncode for run in (without, refused, away)] == [1, 1, 1]
    assert "Start script/server first" in without.stderr
    assert "answered 401" in refused.stderr
    assert "invalid_client" in refused.stderr
    assert "Is script/server running?" in away.stderr
    assert "Traceback" not in without.stderr + refused.stderr + away.stderr
