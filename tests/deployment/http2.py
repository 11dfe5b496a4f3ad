"""As much of HTTP/2 as one request without Content-Length needs (RFC 9113, RFC 7541)."""

from __future__ import annotations

import socket
import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, SETTINGS = 0, 1, 4
END_STREAM, END_HEADERS, ACK = 1, 4, 1
STREAM = 1


def post(port: int, path: str, body: bytes) -> bytes:
    """Send JSON without a length over plain HTTP/2; the body of the answer."""
    headers = {
        ":method": "POST",
        ":scheme": "http",
        ":path": path,
        ":authority": "localhost",
        "content-type": "application/json",
    }
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        block = b"".join(_literal(name, value) for name, value in headers.items())
        connection.sendall(
            PREFACE
            + _frame(SETTINGS, 0, 0, b"")
            + _frame(HEADERS, END_HEADERS, STREAM, block)
            + _frame(DATA, END_STREAM, STREAM, body)
        )
        return _answer(connection)


def _answer(connection: socket.socket) -> bytes:
    found = b""
    while True:
        head = _exactly(connection, 9)
        size = int.from_bytes(head[:3])
        kind, flags, stream = struct.unpack(">BBI", head[3:])
        payload = _exactly(connection, size)
        if kind == SETTINGS and not flags & ACK:
            connection.sendall(_frame(SETTINGS, ACK, 0, b""))
        if kind == DATA:
            found += payload
        if stream == STREAM and kind in {DATA, HEADERS} and flags & END_STREAM:
            return found


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        if not more:
            raise ConnectionError("the server closed the connection")
        data += more
    return data


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3) + struct.pack(">BBI", kind, flags, stream) + payload


def _literal(name: str, value: str) -> bytes:
    # A field that no table is to remember; lengths below 127 are one byte.
    return b"\0" + b"".join(bytes([len(text)]) + text.encode() for text in (name, value))
