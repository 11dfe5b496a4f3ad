"""For runs that measure coverage: take marks out of the code seldom.

A plug-in of pytest, which is there before Slipcover's own. Slipcover takes its marks out of lines
that were passed so often, and looks through all functions of all modules for each such line: after
50 times, as it does by itself, that took a tenth of a run.
"""

from __future__ import annotations

from functools import partialmethod

from slipcover import Slipcover

OFTEN = 5_000  # a mark that stays costs less than a ten-millionth of a second each time
Slipcover.__init__ = partialmethod(Slipcover.__init__, d_miss_threshold=OFTEN)
