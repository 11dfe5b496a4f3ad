"""Calls to what somebody has named, at real servers of this machine."""

from __future__ import annotations

import socket
import ssl
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bookyflow.core.outgoing import any_address, fetch, public_addresses, send
from bookyflow.core.public_addresses import is_public
from tests.servers import only_here, raw, refusal_of, saying, serving

LIMITS = {"most_bytes": 1000, "seconds": 5.0}


def get(address, **changes):
    return fetch(address, **LIMITS | {"resolve": only_here("named.example")} | changes)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "93.184.215.14",
        "2a00:1450:4001:82a::200e",
        "2606:4700::6810:84e5",
        "64:ff9b::808:808",
    ],
)
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.9.9.9",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.9",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.1.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::8.8.8.8",
        "::ffff:8.8.8.8",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "64:ff9b::808:808%1",
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:808:808::1",
        "2a00:1450::1%eth0",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "",
        "localhost",
        "127.1",
        "1.2.3.4.5",
    ],
)
def test_every_other_address_is_not(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0", "::1", "::"],
)
def test_a_name_of_this_machine_is_refused(host):
    assert refusal_of(lambda: public_addresses(host, 80))[0] == "address_not_allowed"


def test_one_inner_address_among_public_ones_is_enough(monkeypatch):
    """A name server may answer with both; which one is taken is nobody's to choose."""
    found = [(0, 0, 0, "", (address, 80)) for address in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    assert any_address("both.example", 80) == ["8.8.8.8", "10.0.0.1"]
    assert refusal_of(lambda: public_addresses("both.example", 80)) == (
        "address_not_allowed",
        "both.example has no public address.",
    )


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("", "begin with"),
        ("ftp://a.example/x", "begin with"),
        ("file:///etc/passwd", "begin with"),
        ("gopher://a.example", "begin with"),
        ("//a.example/x", "begin with"),
        ("a.example/x", "begin with"),
        ("http://user@a.example/", "user"),
        ("http://user:secret@a.example/", "user"),
        ("http://a.example\\@127.0.0.1/", "user"),
        ("http://", "no host"),
        ("http:///x", "no host"),
        ("http://a..example/", "no host"),
        ("http://a%00.example/", "no host"),
        ("http://[fe80::1%25eth0]/", "no host"),
        ("http://a\\b/", "no host"),
        (f"http://{'a' * 64}.example/", "no host"),
        ("http://[::1/", "no web address"),
        ("http://a.example:x/", "no web address"),
        ("http://a.example:65536/", "no web address"),
        ("http://a.example:0/", "Ports"),
        ("http://a.example:25/", "Ports"),
        ("http://a.example/a b", "blanks"),
        (" http://a.example/", "blanks"),
        ("http://a.example/\r\nHost: b", "blanks"),
        ("http://a.example/\0", "blanks"),
        ("http://a.example/" + "x" * 2000, "2000"),
    ],
)
def test_an_address_that_leads_nowhere_we_go(address, problem):
    key, detail = refusal_of(lambda: get(address))

    assert key == "address_not_allowed"
    assert problem in detail


def test_nobody_here_is_called_without_leave():
    with serving(saying(b"secret")) as served:
        key, _ = refusal_of(lambda: fetch(served.address(), **LIMITS))

        assert key == "address_not_allowed"
        assert not served.heard


def test_fetches_what_is_there(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with serving(saying(b"a picture")) as served:
        found = get(served.address("/vi\u00e9w.jpg?a=1&b=2", host="named.example"))

        assert found == b"a picture"
        (heard,) = served.heard
    lines = heard.split("\r\n")
    assert lines[0] == "GET /vi%C3%A9w.jpg?a=1&b=2 HTTP/1.1"
    assert f"Host: named.example:{served.port}" in lines
    assert "User-Agent: BookyFlow" in lines
    assert "Accept-Encoding: identity" in lines


def test_the_name_is_asked_for_once_and_the_answer_is_what_is_called():
    """A name that means something else the second time leads nowhere else."""
    asked = []

    def changing(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    with serving(saying(b"here")) as served:
        assert get(served.address(host="changing.example"), resolve=changing) == b"here"
    assert asked == ["changing.example"]


def test_another_address_of_a_name_is_tried():
    with serving(saying(b"here")) as served:
        found = get(served.address(), resolve=lambda *_: ["127.0.0.2", "127.0.0.1"])

    assert found == b"here"


def test_sends_a_body_and_reads_the_whole_answer():
    with serving(saying(b"taken", status="202 Accepted", headers="X-Id: 7\r\n")) as served:
        answer = send(
            "POST",
            served.address("/hook"),
            headers={"Content-Type": "application/json"},
            body=b"{}",
            resolve=only_here(),
            **LIMITS,
        )

    assert (answer.status, answer.headers["x-id"], answer.content) == (202, "7", b"taken")
    assert served.heard[0].startswith("POST /hook HTTP/1.1\r\n")
    assert "Content-Length: 2" in served.heard[0]


@pytest.mark.parametrize(
    ("status", "headers", "key"),
    [
        ("302 Found", "Location: http://127.0.0.1/inner\r\n", "remote_refused"),
        ("204 No Content", "", "remote_refused"),
        ("404 Not Found", "", "remote_refused"),
        ("429 Too Many Requests", "", "remote_unavailable"),
        ("503 Service Unavailable", "", "remote_unavailable"),
    ],
)
def test_an_answer_that_is_no_success(status, headers, key):
    with serving(saying(b"", status=status, headers=headers)) as served:
        assert refusal_of(lambda: get(served.address())) == (
            key,
            f"It answers with status {status[:3]}.",
        )
        assert len(served.heard) == 1


CHUNK = b"400\r\n" + b"x" * 1024 + b"\r\n"


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + b"x" * 2000, b"x" * 1000),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nbroken", b"broken"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nz", b"abc"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    ],
)
def test_of_a_long_answer_only_the_beginning_may_be_read(content, kept):
    with serving(raw(content)) as served:
        answer = send("POST", served.address(), is_cut=True, **LIMITS | {"resolve": only_here()})

    assert (answer.status // 100, answer.content) == (2, kept)


@pytest.mark.parametrize(
    "content",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1001,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNK,
    ],
)
def test_no_more_is_read_than_was_said(content):
    with serving(raw(content)) as served:
        assert refusal_of(lambda: get(served.address())) == (
            "remote_too_large",
            "At most 1,000 bytes are read.",
        )


def test_as_much_as_was_said_is_read():
    with serving(saying(b"x" * 1000)) as served:
        assert len(get(served.address())) == 1000


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000,
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200,
    ],
)
def test_what_is_no_whole_answer(content):
    with serving(raw(content)) as served:
        assert refusal_of(lambda: get(served.address())) == (
            "remote_unavailable",
            "What came back is no answer of HTTP.",
        )


def drip(start: bytes, piece: bytes):
    """A handler that never ends: a piece every twentieth of a second."""

    def handler(connection):
        connection.sendall(start)
        for _ in range(200):
            connection.sendall(piece)
            time.sleep(0.05)

    return handler


@pytest.mark.parametrize(
    "handler",
    [
        drip(b"", b""),
        drip(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", b"x"),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
)
def test_all_of_it_takes_no_longer_than_was_said(handler):
    with serving(handler) as served:
        began = time.monotonic()
        refused = refusal_of(lambda: get(served.address(), seconds=0.3))

        assert refused == ("remote_unavailable", "It took longer than 0.3 seconds.")
        assert time.monotonic() - began < 2


def test_asking_for_a_name_takes_no_longer_either():
    began = time.monotonic()
    refused = refusal_of(
        lambda: get("http://slow.example", seconds=0.2, resolve=lambda *_: time.sleep(1))
    )

    assert refused == ("remote_unavailable", "It took longer than 0.2 seconds.")
    assert time.monotonic() - began < 0.9


def test_what_is_not_there():
    with serving(saying(b"")) as served:
        gone = served.address()

    assert refusal_of(lambda: get(gone)) == ("remote_unavailable", "It could not be connected to.")
    assert refusal_of(lambda: get("http://nobody.invalid/")) == (
        "remote_unavailable",
        "There is no host nobody.invalid.",
    )


@pytest.fixture
def certified(tmp_path, monkeypatch):
    """A certificate of named.example that the machine trusts, for a server."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "named.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("named.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(pem))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_a_certificate_must_be_that_of_the_name(certified):
    """Although it is the number that is connected to."""
    with serving(saying(b"safe"), certified) as served:
        assert get(served.address(host="named.example", scheme="https")) == b"safe"
        for host in ("127.0.0.1", "other.example"):
            key, detail = refusal_of(
                lambda host=host: get(
                    served.address(host=host, scheme="https"), resolve=only_here("other.example")
                )
            )
            assert key == "remote_unavailable"
            assert "certificate" in detail
        assert len(served.heard) == 1


def test_a_certificate_must_be_trusted(certified, monkeypatch, tmp_path):
    (tmp_path / "none.pem").touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))

    with serving(saying(b"unsafe"), certified) as served:
        key, detail = refusal_of(lambda: get(served.address(host="named.example", scheme="https")))

    assert key == "remote_unavailable"
    assert detail.startswith("Its certificate is not valid: self-signed certificate")


def test_time_ends_over_tls_as_well(certified):
    with serving(drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x"), certified) as served:
        address = served.address(host="named.example", scheme="https")
        refused = refusal_of(lambda: get(address, seconds=0.5))

    assert refused == ("remote_unavailable", "It took longer than 0.5 seconds.")
