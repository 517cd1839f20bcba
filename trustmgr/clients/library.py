"""Python's libraries for https, in the Python that the user has."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from trustmgr.clients.base import Attempt, environment
from trustmgr.clients.by_name import direct, url
from trustmgr.clients.script import Script

#: What goes before a library's own lines, and after them: the name leads to the address that is meant.
_BEGIN = r"""
import json, os, socket, sys
ask = json.loads(sys.argv[1])
said = {"accepts": None}
asked = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **more: asked(
    ask["address"] if host == ask["name"] else host, *rest, **more)
"""
_END = r"""
except OSError as error:
    said["error"] = "%s: %s" % (type(error).__name__, error)
    if "CA certificate bundle" in str(error):
        said["accepts"] = False
except Exception as error:
    said["error"] = "%s: %s" % (type(error).__name__, error)
print("TRUSTMGR=" + json.dumps(said))
"""


class Library(Script):
    """One library, if the `python3` on the PATH can import it. Its script is made by `around`."""

    module: str
    program_names = ("python3",)
    words = ("-c",)

    def find(self) -> Path | None:
        """The `python3` on the PATH that can import it."""
        found = super().find()
        return found if found and _has(found, self.module) else None

    def surroundings(self, attempt: Attempt) -> dict[str, str]:
        """No proxy that would connect somewhere else."""
        return direct(attempt, environment())

    def question(self, attempt: Attempt) -> Mapping[str, object]:
        """With where it is sent."""
        return {**super().question(attempt), "url": url(attempt)}


def around(lines: str) -> str:
    """A script of a library's own lines, which begin with ``try`` and set ``said``."""
    return _BEGIN + lines.strip("\n") + _END


def _has(python: Path, module: str) -> bool:
    with suppress(OSError, subprocess.TimeoutExpired):
        find = f"import importlib.util as u; print(u.find_spec({module!r}))"
        command = [str(python), "-c", find]
        done = subprocess.run(command, capture_output=True, timeout=5, check=False)
        return done.returncode == 0 and done.stdout.strip() not in (b"", b"None")
    return False
