"""Wine: runs Windows programs, each set of them on a small Windows machine (a "prefix") in a folder.

A new machine takes Wine half a minute and 700 MB. So one is made once, and what wants a machine to
itself gets a `twin`: the registry and the users' folders are its own, all else is shared.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence

from house.trouble import Trouble

#: Debian keeps its loader of 64-bit programs off the path; others call it by either name.
_NAMES = ("/usr/lib/wine/wine64", "wine64", "wine")

#: What the caller sets and Windows programs see. Everything else of the environment stays outside:
#: what it says of programs, places and trust is said of this machine, not of that one.
_KEPT = ("CI", "TRUSTMGR_FUZZ_SECONDS")

_SETTINGS = {
    "WINEARCH": "win64",
    "WINEDEBUG": "-all",
    # No offers to install Mono and Gecko, no entries in the menus of this machine.
    "WINEDLLOVERRIDES": "mscoree=;mshtml=;winemenubuilder.exe=",
    "LC_ALL": "C.UTF-8",  # the names of files are UTF-8, the code page is 1252
    # Wine keeps variables that begin with QT_ for itself, unless WINE stands before them.
    "WINEQT_QPA_PLATFORM": "offscreen",
}

#: Of a machine's files, what its twin copies; the rest is shared.
_USERS = "users"
_REGISTRY = (".reg", ".update-timestamp")


def find() -> str | None:
    """Wine's loader of 64-bit programs; None where it is not installed."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def make(prefix: str) -> None:
    """A new Windows 10 machine. Raises `Trouble`."""
    os.makedirs(os.path.join(prefix, "home"))
    for words in (["wineboot", "-i"], ["winecfg", "-v", "win10"]):
        with start(prefix, words) as program:
            said = program.communicate()[0]
        if program.returncode != 0:
            raise Trouble(
                f"Wine could not make a Windows machine in {prefix}: `{' '.join(words)}` ended "
                f"with {program.returncode}. Its last words were:\n{last_words(said)}"
            )
    rest(prefix)


def twin(prefix: str, new: str) -> None:
    """Another machine in the folder `new`, equal to one at rest in `prefix`, and as new as that."""
    drive, own = os.path.join(prefix, "drive_c"), os.path.join(new, "drive_c")
    for folder in (own, os.path.join(new, "home")):
        os.makedirs(folder)
    for name in os.listdir(prefix):
        if name.endswith(_REGISTRY):
            shutil.copy2(os.path.join(prefix, name), new)
    shutil.copytree(os.path.join(prefix, "dosdevices"), os.path.join(new, "dosdevices"), True)
    shutil.copytree(os.path.join(drive, _USERS), os.path.join(own, _USERS), True)
    for name in os.listdir(drive):
        if name != _USERS:
            os.symlink(os.path.join(drive, name), os.path.join(own, name))


def start(
    prefix: str, words: Sequence[str], cwd: str | None = None, **variables: str
) -> subprocess.Popen[bytes]:
    """Start a Windows program; what it writes, errors too, comes out of the pipe `stdout`.

    It has to be a pipe: Python for Windows dies under Wine 8 when its output is a file.
    """
    return subprocess.Popen(
        [find() or "wine", *words],
        cwd=cwd,
        env=environment(prefix, **variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def environment(prefix: str, **variables: str) -> dict[str, str]:
    """The environment of a Windows program on the machine in `prefix`."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    own = {"WINEPREFIX": prefix, "HOME": os.path.join(prefix, "home"), "PATH": os.defpath}
    return {**kept, **_SETTINGS, **own, **variables}


def rest(prefix: str) -> None:
    """Wait until nothing runs there and the registry is on the disk."""
    _server(prefix, "-w")


def stop(prefix: str) -> None:
    """End whatever still runs there."""
    _server(prefix, "-k")
    _server(prefix, "-w")


def _server(prefix: str, word: str) -> None:
    beside = os.path.join(os.path.dirname(find() or ""), "wineserver")
    server = shutil.which(beside) or "wineserver"
    subprocess.run([server, word], env=environment(prefix), stdin=subprocess.DEVNULL, check=False)


def last_words(said: bytes) -> str:
    """The end of what a program wrote."""
    return said.decode("utf-8", "replace")[-2000:].strip()


def windows_path(path: str) -> str:
    """What a Windows program calls a file of this machine."""
    return "Z:" + os.path.abspath(path).replace("/", "\\")
