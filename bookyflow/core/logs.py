"""What a line of the log says beside its message: the request that it belongs to."""

from __future__ import annotations

import logging
from contextvars import ContextVar

from pythonjsonlogger.json import JsonFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="")


class OfRequest(logging.Filter):
    """Gives each record the id of the request in whose thread it was made, or of none."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        record.request_id = request_id.get()
        return True


class PlainFormatter(logging.Formatter):
    """Lines for people: `[id]` before the message of what belongs to a request."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and the traceback below it."""
        own = getattr(record, "request_id", "")
        record.request_id = f"[{own}] " if own else ""
        try:
            return super().format(record)
        finally:
            record.request_id = own


class JsonLines(JsonFormatter):
    """One JSON object a line, also with a traceback."""

    def __init__(self) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s %(request_id)s",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="at",
        )
