"""What script/drill counts and reads; the drill itself is started by hand, and takes minutes."""

from __future__ import annotations

import httpx
import pytest

from benchmarks.drill.crowd import Call, Seen, Through
from benchmarks.drill.parts import HTTPS, configuration
from benchmarks.drill.upgrading import COMMIT
from benchmarks.serving import ROOT


def test_a_row_counts_what_ended_in_its_time_and_the_longest_time_without_success():
    seen = Seen(
        [
            Call(0, 1, ""),
            Call(9, 11),
            Call(11, 12, "refused"),
            Call(12, 16, "broken"),
            Call(12, 13, "503 unavailable"),
            Call(13, 14, "503 unavailable"),
            Call(16, 18),
            Call(18, 21),
        ]
    )
    row = seen.between(10, 20)

    assert (row.calls, row.refused, row.broken) == (6, 1, 1)
    assert row.failed == {"503 unavailable": 2}
    assert (row.longest, row.stall) == (4, 7)
    assert row.line("nginx is killed", 2.25) == (
        "| nginx is killed | 6 | 1 | 1 | 2 x 503 unavailable | 4.00 s | 4.00 s | 7.00 s | 2.2 s |"
    )


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (httpx.Response(200, json={"access_token": "t"}), ""),
        (httpx.Response(409, json={"key": "room_taken"}), ""),
        (httpx.Response(500, json={"key": "server_error"}), "500 server_error"),
        (httpx.Response(502, text="<html>"), "502 without a key"),
        (httpx.ConnectError("refused"), "refused"),
        (httpx.ReadError("reset"), "broken"),
    ],
)
def test_a_client_notes_how_a_call_ended(answer, failure):
    heard = []

    def handle(request):
        heard.append(request.headers["X-Forwarded-Proto"])
        if isinstance(answer, Exception):
            raise answer
        return answer

    seen = Seen()
    with Through("http://site.example", ("id", "secret"), seen) as client:
        client.patience = -1
        client.http = httpx.Client(
            base_url="http://site.example", headers=HTTPS, transport=httpx.MockTransport(handle)
        )
        client.headers["Authorization"] = "Bearer t"
        if isinstance(answer, Exception):
            with pytest.raises(httpx.TransportError):
                client.call("GET", "/x")
        else:
            client.call("GET", "/x")

    assert [call.failure for call in seen.calls] == [failure]
    assert set(heard) == {"https"}


def test_the_proxy_is_given_each_web_process():
    text = configuration(8000, [8001, 8002])

    assert "server 127.0.0.1:8001;\n    server 127.0.0.1:8002;" in text
    assert "web:8000" not in text


def test_the_change_log_names_the_commit_of_the_first_version():
    found = COMMIT.search((ROOT / "CHANGELOG.md").read_text())

    assert found
    assert len(found[1]) >= 7
