"""What it costs to be let in: a small authenticated read, and a token."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.calls import Caller, statements
from benchmarks.cases import Case
from benchmarks.playground import FORM, Bench, credentials
from benchmarks.report import Result, at_least
from benchmarks.rivals import stock_secret
from benchmarks.samples import Work, milliseconds, quartiles, ratio, seconds
from benchmarks.serving import granian, rate, raw

PATHS = {"ours": "/echo", "toolkit": "/bench/stock", "none": "/bench/open"}
CLIENTS = 8


def echo(bench: Bench) -> Iterator[Result]:
    """GET /echo with our authentication, with the toolkit's class, and with none."""
    works = {name: bench.api.prepared("GET", path) for name, path in PATHS.items()}
    count = {name: statements(work) for name, work in works.items()}
    yield Result("SQL statements of GET /echo", str(count["ours"]), "1", passed=count["ours"] == 1)
    took = seconds(works, rounds=bench.rounds(24), calls=20)
    detail = ", ".join(f"{n} {milliseconds(took[n])}, {count[n]} SQL" for n in PATHS)
    yield at_least(
        "GET /echo in process: rate / rate with the toolkit's class",
        ratio(took["toolkit"], took["ours"]),
        3.5,
        detail,
    )
    yield at_least(
        "GET /echo in process: rate / rate without authentication",
        ratio(took["none"], took["ours"]),
        1 / 3,
    )
    yield from _over_http(bench)


def _over_http(bench: Bench) -> Iterator[Result]:
    requests = {name: raw(bench.api, "GET", path) for name, path in PATHS.items()}
    amount = {"ours": 800, "toolkit": 400, "none": 1200}
    rates: dict[str, list[float]] = {name: [] for name in PATHS}
    with granian() as server:
        for name in PATHS:
            rate(server.port, requests[name], clients=CLIENTS, requests=400)
        for _ in range(bench.rounds(6)):
            for name in PATHS:
                share = amount[name] // (2 if bench.quick else 1)
                rates[name].append(
                    rate(server.port, requests[name], clients=CLIENTS, requests=share)
                )
    detail = ", ".join(f"{name} {quartiles(rates[name])[1]:.0f}/s" for name in PATHS)
    yield at_least(
        "GET /echo over HTTP: rate / rate with the toolkit's class",
        ratio(rates["ours"], rates["toolkit"]),
        3.5,
        f"{CLIENTS} clients: {detail}",
    )
    yield at_least(
        "GET /echo over HTTP: rate / rate without authentication",
        ratio(rates["ours"], rates["none"]),
        1 / 3,
    )


def echo_works(bench: Bench, count: int) -> list[Work]:
    """GET /echo."""
    return [bench.api.prepared("GET", "/echo")] * count


def token(bench: Bench) -> Iterator[Result]:
    """A token request, and the same where the secret is a password with the default hasher."""
    stock_secret(bench.key, bench.secret)
    ours, stock = _token_work(bench, "/oauth/token"), _token_work(bench, "/bench/token")
    took = seconds({"ours": ours, "toolkit": stock}, rounds=bench.rounds(12), calls=2)
    yield at_least(
        "token request in process: rate / rate with the toolkit's hasher",
        ratio(took["toolkit"], took["ours"]),
        4,
        f"ours {milliseconds(took['ours'])}, {statements(ours)} SQL; "
        f"toolkit {milliseconds(took['toolkit'])}, {statements(stock)} SQL",
    )


def _token_work(bench: Bench, path: str) -> Work:
    caller = Caller()
    body = credentials(bench.key.client_id, bench.secret)

    def work() -> None:
        answer = caller.request("POST", path, body, FORM)
        if answer.status != 200:  # noqa: PLR2004  # OK
            raise RuntimeError(f"{path}: {answer.status} {answer.body!r}")

    return work


def token_works(bench: Bench, count: int) -> list[Work]:
    """A token request."""
    return [_token_work(bench, "/oauth/token")] * count


CASES = (Case("echo", echo, echo_works), Case("token", token, token_works))
