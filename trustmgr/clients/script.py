"""What a script of ours, run by another program's interpreter, said in its one line of JSON."""

from __future__ import annotations

import json
from typing import Any

from trustmgr.clients.process import Ran

_MARK = "TRUSTMGR="


def said_by(ran: Ran, interpreter: str) -> dict[str, Any]:
    """The object that it printed; else ``accepts`` None and an ``error``."""
    line = next((x for x in ran.out.splitlines() if x.startswith(_MARK)), "")
    try:
        said = json.loads(line.removeprefix(_MARK))
    except ValueError:
        said = None
    if isinstance(said, dict):
        return said
    if ran.code is None:
        return {"accepts": None, "error": "no answer in time"}
    last = (ran.err.strip().splitlines() or [f"{interpreter} ended with {ran.code}"])[-1]
    return {"accepts": None, "error": last}
