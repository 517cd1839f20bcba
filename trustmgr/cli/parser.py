"""Reading the words of a command: mistakes are one sentence, options may stand anywhere."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import NoReturn

from trustmgr.errors import UsageError
from trustmgr.text import inert


class Parser(ArgumentParser):
    """An `argparse` parser that raises `UsageError` instead of printing its usage."""

    _mixing = False

    def error(self, message: str) -> NoReturn:
        """Called for every mistake in the words."""
        said = inert(" ".join(message.split()), 500).rstrip(".")
        sentence = said[:1].upper() + said[1:]
        raise UsageError(f"{sentence}.", f"How it is used: {self.prog} --help")

    def parse_known_args(  # type: ignore[override]  # one signature for its overloads
        self, args: Sequence[str] | None = None, namespace: Namespace | None = None
    ) -> tuple[Namespace, list[str]]:
        """Also ``inspect A --json B``, which `argparse` by itself takes for a mistake.

        Not with ``--``, which it would forget between its two passes.
        """
        if self._subparsers is not None or self._mixing or args is None or "--" in args:
            return super().parse_known_args(args, namespace)
        self._mixing = True  # what follows calls back here, twice
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._mixing = False
