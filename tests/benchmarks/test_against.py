"""What script/bench --against, growth and crowd count and compare; they are started by hand."""

from __future__ import annotations

import json
import threading
from collections import Counter
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle, islice

import psycopg
import pytest
from django.db import connection

from benchmarks import report
from benchmarks.against.crowd import Line
from benchmarks.against.growth import table
from benchmarks.against.hotels import READ, Caller, Entered, Hotel, entered
from benchmarks.against.load import Seen, drive
from benchmarks.against.main import Compared, target_of
from benchmarks.against.measuring import Sample, spent
from benchmarks.against.rows import BUSY_ROWS, ROWS, World
from benchmarks.against.wire import Reader, Wire, wire
from bookyflow.core.dates import ONE_DAY

FIRST = date(2027, 6, 1)
HOTELS = Entered({"client_id": "id", "secret": "s"}, [Hotel(n, n) for n in range(30)], 3, FIRST)


class Answering(BaseHTTPRequestHandler):
    """Answers as the path says."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = b'{"key": "told"}'
        self.send_response(int(self.path.removeprefix("/")))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing."""


@pytest.fixture
def port():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def get(status):
    return f"GET /{status} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def test_connections_share_the_requests_and_all_answers_are_counted(port):
    seen = drive(port, cycle([get(200), get(200), get(409)]), connections=3, calls=9)

    assert seen.statuses == {200: 6, 409: 3}
    assert seen.refusal == '409 {"key": "told"}'
    assert len(seen.latencies) == 9
    assert seen.rate == pytest.approx(6 / seen.took)


def test_load_ends_with_its_time_or_its_requests(port):
    assert drive(port, cycle([get(200)]), connections=2, seconds=0.05).took < 5
    assert drive(port, iter([get(200)]), connections=2, seconds=60).statuses == {200: 1}


@pytest.mark.django_db(transaction=True)
def test_statements_are_counted_before_the_database():
    given = connection.settings_dict
    host = given["HOST"]
    url = f"postgresql://{given['USER']}:{given['PASSWORD']}@:{given['PORT']}/{given['NAME']}"

    with wire(f"{url}?host={host}") as seen, psycopg.connect(seen.url) as connected:
        connected.execute("SELECT 1")
        seen.clear()
        for number in range(7):  # after five it is prepared, for which one trip is made
            assert connected.execute("SELECT %s + 1", [number]).fetchone() == (number + 1,)
        assert (seen.statements, seen.trips) == (["SELECT $1 + 1"] * 7, 8)
        connected.commit()
        assert (len(seen.statements), seen.trips) == (7, 9)

        seen.clear()
        with connected.pipeline():
            for number in range(5):
                connected.execute("SELECT %s + 1", [number])
        assert (len(seen.statements), seen.trips < 5) == (5, True)


def test_messages_may_come_in_parts():
    seen = Wire("")
    reader = Reader(seen)
    start = (8).to_bytes(4, "big") + b"\0\3\0\0"
    query = b"SELECT 1\0"
    message = b"Q" + (4 + len(query)).to_bytes(4, "big") + query
    for index in range(len(start + message)):
        reader.feed((start + message)[index : index + 1])

    assert (seen.statements, seen.trips) == (["SELECT 1"], 1)


def test_hotels_are_kept_as_text():
    assert entered(HOTELS.as_text()) == HOTELS


def test_no_room_is_asked_for_twice():
    hotels = HOTELS.hotels[:2]
    stays = Counter((uid, arrival) for _, uid, arrival in islice(HOTELS.stays(hotels), 60))

    assert stays == {
        (hotel.uid, FIRST + ONE_DAY * 2 * turn): 10 for turn in range(3) for hotel in hotels
    }


@pytest.mark.parametrize("row", [*ROWS, *BUSY_ROWS], ids=lambda row: row.work)
def test_a_row_has_requests(row):
    stays = HOTELS.stays(HOTELS.written)
    world = World(HOTELS, Caller("token", "hotels"), Caller("", "hotels"), stays, "cookie")
    first, second = islice(row.requests(world), 2)

    for request in (first, second):
        head, _, body = request.partition(b"\r\n\r\n")
        assert f"Content-Length: {len(body)}".encode() in head
        if b"application/json" in head:
            json.loads(body)
    assert len(HOTELS.read) == READ


def sample(rate, middle=0.0):
    return Sample(rate, middle, web=1000 / rate, database=2)


@pytest.fixture
def quote():
    return next(row for row in ROWS if row.name == "quote")


@pytest.fixture
def one_booking():
    return next(row for row in ROWS if row.name == "one_booking")


def test_a_rate_is_compared_round_by_round(quote):
    found = Compared(quote, [[sample(10), sample(20)], [sample(50), sample(120)]], 5)

    assert (found.ratio.median, found.passed) == (5.5, True)
    found.samples[1] = [sample(40), sample(100)]
    assert found.passed is False
    assert spent(found.samples, "web") == "75.00 > 17.50"


def test_a_time_must_have_become_less(one_booking):
    found = Compared(one_booking, [[sample(1, 10.0)], [sample(1, 4.0)]], 0.45)

    assert found.passed is True
    assert found.cells()[1:7] == (
        "10.0 ms",
        "4.0 ms",
        "0.40 x",
        "0.40 to 0.40",
        "<= 0.45 x",
        "pass",
    )


def test_what_the_other_build_lacks_is_no_miss(quote):
    found = Compared(quote, [[], [sample(50)]], 5)

    assert (found.ratio, found.passed) == (None, None)
    assert found.cells()[1:3] == ("-", "50")


def test_beside_any_other_revision_nothing_may_be_slower(quote, one_booking):
    assert target_of(quote, is_base=True) == 5
    assert target_of(quote, is_base=False) == 0.95
    assert target_of(one_booking, is_base=False) == 1 / 0.95


def test_growth_allows_a_fifth_per_tenfold(quote, one_booking):
    samples = {
        "quote": [[sample(100)], [sample(90)], [sample(70)]],
        "one_booking": [[sample(1, 10.0)], [sample(1, 11.0)], [sample(1, 13.0)]],
    }
    head, first, second = table(
        [quote, one_booking], samples, ["a", "b", "c"], [100, 1_000, 10_000]
    )

    assert head == ("row", "a", "b", "c", "slower", "allowed", "")
    assert first[4] == "1.11 x (1.11 to 1.11), 1.29 x (1.29 to 1.29)"
    assert first[5:] == ("<= 1.20 x, <= 1.20 x", "MISS")
    assert second[5:] == ("<= 1.20 x, <= 1.20 x", "pass")


@pytest.mark.parametrize(
    ("statuses", "latency", "verdict"),
    [
        ({200: 900, 503: 100}, 0.5, "pass"),
        ({200: 900, 500: 1}, 0.5, "MISS"),
        ({200: 900}, 4.0, "MISS"),
        ({200: 300}, 0.5, "MISS"),
    ],
)
def test_a_crowd_may_be_sent_away_but_not_kept_waiting(statuses, latency, verdict):
    fewest = Line("reads", 8, Seen([0.1], Counter({200: 1000}), took=1), {})
    line = Line("reads", 128, Seen([latency], Counter(statuses), took=1), {"lock": 1.5})

    assert line.cells(fewest)[6:9] == (verdict, "0.00", "1.50")


def test_a_section_of_the_document_is_replaced_and_others_stay(tmp_path, monkeypatch):
    document = tmp_path / "performance.md"
    document.write_text("# Performance\n\nText.\n\n## Growth\n\nOld.\n\n## Beside x\n\nTable.\n")
    monkeypatch.setattr(report, "DOCUMENT", document)

    report.section_write("Growth", "New.", "Newer.")
    report.section_write("Many at once", "More.")

    text = document.read_text()
    assert text == (
        "# Performance\n\nText.\n\n## Growth\n\nNew.\n\nNewer.\n\n## Beside x\n\nTable.\n\n"
        "## Many at once\n\nMore.\n"
    )
    assert report.kept(text) == text[text.index("## Growth") :]
