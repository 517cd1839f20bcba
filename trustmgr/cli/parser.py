"""Wrong words get one plain sentence with the next step, as every other mistake does."""

from __future__ import annotations

import argparse
from typing import NoReturn

from trustmgr.errors import ExitCode
from trustmgr.text import inert


class Parser(argparse.ArgumentParser):
    """An argparse parser whose complaints are one line; its subparsers are such parsers, too."""

    def error(self, message: str) -> NoReturn:
        """Say it and exit with the code of wrong usage."""
        said = inert(" ".join(message.split()), 500).rstrip(".")
        self.exit(ExitCode.USAGE, f"trustmgr: {said}. `{self.prog} --help` shows how it is used.\n")
