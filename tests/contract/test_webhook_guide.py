"""The receiver in docs/webhooks.md does what the page says; script/clients tries the other one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_receiver_in_python(tmp_path):
    page = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
    (found,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    receiver = tmp_path / "receiver.py"
    receiver.write_text(found, encoding="utf-8")
    command = [sys.executable, str(ROOT / "clients" / "receiver_trial.py")]

    tried = subprocess.run(
        [*command, sys.executable, str(receiver)], capture_output=True, text=True, check=False
    )

    assert (tried.returncode, tried.stdout) == (
        0,
        "10 deliveries, all answered as they should.\n",
    )
