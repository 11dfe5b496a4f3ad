"""A way to the tests' PostgreSQL that can be cut off, as if the server had stopped or hung."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from select import select
from urllib.parse import quote

from django.db import connection

HOST = "127.0.0.1"


class Gateway:
    """Takes connections on a port and passes on what they say; a context manager.

    It passes connections on to where this thread's default connection leads.
    """

    def __init__(self) -> None:
        self._facts = dict(connection.settings_dict)
        self._open: set[socket.socket] = set()
        self._open_door: socket.socket | None = None
        self._lock = threading.Lock()
        self._flows = threading.Event()
        self._flows.set()
        with socket.create_server((HOST, 0)) as free:
            self.port = free.getsockname()[1]
        self.back()

    @property
    def url(self) -> str:
        """DATABASE_URL of the tests' database, by this way."""
        user, password = quote(self._facts["USER"]), quote(self._facts["PASSWORD"])
        return f"postgresql://{user}:{password}@{HOST}:{self.port}/{self._facts['NAME']}"

    def back(self) -> None:
        """Take connections."""
        self._door = self._open_door = socket.create_server((HOST, self.port), backlog=128)
        threading.Thread(target=self._take, args=(self._door,), daemon=True).start()

    def away(self) -> None:
        """Break all connections and refuse new ones."""
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        with self._lock:
            self._open_door = None
            for one in self._open:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            self._open.clear()

    def hang(self) -> None:
        """Take connections, and pass nothing on any more."""
        self._flows.clear()

    def flow(self) -> None:
        """Pass on again, also what has been said meanwhile."""
        self._flows.set()

    def __enter__(self) -> Gateway:
        return self

    def __exit__(self, *_: object) -> None:
        self.flow()
        self.away()

    def _take(self, door: socket.socket) -> None:
        with suppress(OSError):  # until the door is closed
            while True:
                client, _ = door.accept()
                threading.Thread(target=self._serve, args=(client, door), daemon=True).start()

    def _server(self) -> socket.socket:
        host, port = self._facts["HOST"], self._facts["PORT"] or 5432
        if not host.startswith("/"):
            return socket.create_connection((host, int(port)))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
        return server

    def _serve(self, client: socket.socket, door: socket.socket) -> None:
        with client, self._server() as server, suppress(OSError):
            ends = {client: server, server: client}
            with self._lock:
                if door is not self._open_door:  # closed since it was taken
                    return
                self._open |= {*ends}
            while True:
                for source in select(ends, (), ())[0]:
                    data = source.recv(65_536)
                    if not data:
                        return
                    self._flows.wait()
                    ends[source].sendall(data)
