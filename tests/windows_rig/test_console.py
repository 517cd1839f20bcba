"""A real console of Windows, under Wine on a terminal of ours: what is asked, typed and shown there."""

from __future__ import annotations

import os
import re
import select
import subprocess
from pathlib import Path

import pytest
from house import windows_rig, wine

from tests.making import Made, make
from tests.windows_rig.machine import machine

__all__ = ["machine"]

pytestmark = pytest.mark.timeout(120)

#: What a console sends to draw, not to say.
_DRAWING = re.compile(rb"\x1b\[[?0-9;]*[A-Za-z]|\x1b\][^\x07]*\x07|\r")


def at_the_console(machine: Path, line: str, typed: str = "", after: str = "") -> str:
    """What a line of cmd.exe shows. `typed`: what the user types once `after` is on the screen."""
    ours, theirs = os.openpty()
    settings = {**windows_rig.VARIABLES, "TRUSTMGR_HOME": "C:\\state"}
    console = subprocess.Popen(
        [str(wine.find()), "cmd", "/c", line],
        cwd=windows_rig.ROOT,
        env=wine.environment(str(machine), **settings),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    screen = b""
    while (more := _more(ours, console)) is not None:
        screen += more
        if typed and not more and after.encode() in screen:  # once the screen is quiet
            os.write(ours, typed.encode() + b"\r")
            typed = ""
    os.close(ours)
    console.wait()
    return _DRAWING.sub(b"", screen).decode("utf-8", "replace")


def _more(terminal: int, console: subprocess.Popen[bytes]) -> bytes | None:
    """What is shown within half a second; None at the end."""
    if not select.select([terminal], [], [], 0.5)[0]:
        return None if console.poll() is not None else b""
    try:
        return os.read(terminal, 4096) or None
    except OSError:  # Linux says so that the other end is closed
        return None


@pytest.fixture
def root(machine: Path) -> Made:
    made = make("Größe Łódź 信頼", ca=True)
    (machine / "drive_c" / "root.pem").write_bytes(made.pem)
    return made


PROGRAM = f"{windows_rig.PYTHON} -m trustmgr"


def test_a_fingerprint_is_asked_for_and_typed(machine: Path, root: Made) -> None:
    line = f"{PROGRAM} import C:\\root.pem --store folder:C:\\store"
    refused = at_the_console(machine, line, "no", "stops):")
    assert "Größe" in refused
    assert not list((machine / "drive_c").glob("store/*"))
    done = at_the_console(machine, line, root.sha256, "stops):")
    assert len(list((machine / "drive_c").glob("store/*"))) == 1, done


@pytest.mark.parametrize("page", [437, 850, 1252, 65001])
def test_a_console_shows_every_letter_whatever_its_code_page(
    machine: Path, root: Made, page: int
) -> None:
    said = at_the_console(machine, f"chcp {page} & {PROGRAM} inspect C:\\root.pem")
    assert "Größe Łódź 信頼" in said, said
