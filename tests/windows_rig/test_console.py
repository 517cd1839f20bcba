"""A real console of Windows, under Wine on a terminal of ours: what is asked, typed and shown there."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from house import windows_rig, wine

from tests.making import Made, make
from tests.windows_rig.machine import machine

__all__ = ["machine"]

pytestmark = pytest.mark.timeout(600)

#: What a console sends to draw, not to say.
_DRAWING = re.compile(rb"\x1b\[[?0-9;]*[A-Za-z]|\x1b\][^\x07]*\x07|\r")


def at_the_console(machine: Path, line: str, typed: str = "", after: str = "") -> str:
    """What a line of cmd.exe shows. `typed`: what the user types once `after` is on the screen."""
    import pty

    child, terminal = pty.fork()
    if child == 0:
        os.chdir(windows_rig.ROOT)
        settings = {**windows_rig.VARIABLES, "TRUSTMGR_HOME": "C:\\state"}
        words = [str(wine.find()), "cmd", "/c", line]
        os.execve(words[0], words, wine.environment(str(machine), **settings))
    screen = b""
    until = time.monotonic() + 300
    while time.monotonic() < until:
        try:
            more = os.read(terminal, 4096)
        except OSError:  # Linux says so that the other end is closed
            break
        screen += more
        if not more:
            break
        if typed and after.encode() in screen:
            os.write(terminal, typed.encode() + b"\r")
            typed = ""
    os.close(terminal)
    os.waitpid(child, 0)
    return _DRAWING.sub(b"", screen).decode("utf-8", "replace")


@pytest.fixture
def root(machine: Path) -> Made:
    made = make("Größe Łódź 信頼", ca=True)
    (machine / "drive_c" / "root.pem").write_bytes(made.pem)
    return made


PROGRAM = f"{windows_rig.PYTHON} -m trustmgr"


def test_a_fingerprint_is_asked_for_and_typed(machine: Path, root: Made) -> None:
    line = f"{PROGRAM} import C:\\root.pem --store folder:C:\\store"
    refused = at_the_console(machine, line, "no", "SHA-256")
    assert "Größe" in refused
    assert not list((machine / "drive_c").glob("store/*"))
    done = at_the_console(machine, line, root.sha256, "SHA-256")
    assert len(list((machine / "drive_c").glob("store/*"))) == 1, done


@pytest.mark.parametrize("page", [437, 850, 1252, 65001])
def test_every_code_page_is_written_in(machine: Path, root: Made, page: int) -> None:
    """A console as it is, and one as old programs see it (PYTHONLEGACYWINDOWSSTDIO: only the page's)."""
    line = f"{PROGRAM} inspect C:\\root.pem"
    said = at_the_console(machine, f"chcp {page} & {line}")
    assert "Größe Łódź 信頼" in said, said
    said = at_the_console(machine, f"chcp {page} & set PYTHONLEGACYWINDOWSSTDIO=1& {line}")
    assert "Traceback" not in said
    assert "Größe" in said, said
