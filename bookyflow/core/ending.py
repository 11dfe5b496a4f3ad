"""Whether this process has been asked to end, for threads that wait.

The web server's own handlers take the signals, in the main thread, and let running calls come to
their end first. What is heard here is told by the interpreter beside them.
"""

from __future__ import annotations

import select
import signal
import socket
import threading
import time


class Signals:
    """The signals that come to this process; the first one that does is the last."""

    def __init__(self) -> None:
        self._heard: socket.socket | None = None
        self._told: socket.socket | None = None

    def listen(self) -> None:
        """Listen from now on; elsewhere than in the main thread nothing is ever heard."""
        if threading.current_thread() is not threading.main_thread():
            return
        self._heard, self._told = socket.socketpair()
        self._told.settimeout(0)
        signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)

    def sleep(self, seconds: float) -> bool:
        """Sleep, and return True; or False as soon as a signal has come."""
        if self._heard is None:
            time.sleep(seconds)
            return True
        waiting = select.poll()
        waiting.register(self._heard, select.POLLIN)
        return not waiting.poll(seconds * 1000)


signals = Signals()
