"""What the two browsers share as clients: a home that is thrown away, and what they cannot be asked."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from trustmgr.clients.browsers import Silent
from trustmgr.clients.by_name import url
from trustmgr.clients.program import Program, Said, Trial
from trustmgr.text import inert

_NUMBER = re.compile(r"\d[\w.]*")


class Browser(Program):
    """A browser without a window: the page is not looked at, only whether it was shown or why not."""

    def find(self) -> Path | None:
        """On the PATH of Linux."""
        return super().find() if sys.platform == "linux" else None

    def ask(self, trial: Trial) -> Said:
        """Visit the site with a home that is thrown away."""
        from platform_backends.base import StoreError

        where = url(trial.attempt)
        with tempfile.TemporaryDirectory(prefix="trustmgr-", ignore_cleanup_errors=True) as folder:
            try:
                accepts, message = self.visit(trial, where, Path(folder))
            except StoreError as error:
                accepts, message = None, str(error)
            except Silent:
                accepts, message = None, "it does not start, or ended early"
        version = _NUMBER.search(trial.about("--version"))
        command = (str(trial.program), "--headless", where)
        return Said(accepts, message, inert(version[0]) if version else "", command)

    def visit(self, trial: Trial, where: str, folder: Path) -> tuple[bool | None, str]:
        """Whether it accepts, and its words. Raises `StoreError`, `Silent`, ``OSError``, `Cancelled`."""
        raise NotImplementedError
