"""Reports of many targets, written while the others are still being inspected; none is kept."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any, Protocol

from trustmgr.cli import report_json, report_text
from trustmgr.report import Report

Outcome = Report | Exception


class Output(Protocol):
    """A way to write what came of the targets."""

    def write(self, places: Sequence[int], outcome: Outcome) -> None:
        """One target's outcome; `places` says where in what was asked it stands."""
        ...

    def end(self) -> None:
        """Nothing more comes."""
        ...


class Text:
    """For people: each report once, as it is done. Errors are said on stderr."""

    def __init__(self) -> None:
        self._begun = False

    def write(self, places: Sequence[int], outcome: Outcome) -> None:
        """See `Output`."""
        if isinstance(outcome, Exception):
            return
        if self._begun:
            sys.stdout.write("\n")
        self._begun = True
        report_text.write(outcome)
        sys.stdout.flush()

    def end(self) -> None:
        """See `Output`."""


class Lines:
    """JSON lines: each document once and on a line of its own, as it is done."""

    def write(self, places: Sequence[int], outcome: Outcome) -> None:
        """See `Output`."""
        sys.stdout.write(json.dumps(_document(outcome), ensure_ascii=True) + "\n")
        sys.stdout.flush()

    def end(self) -> None:
        """See `Output`."""


class Array:
    """One JSON array in the order asked. A document waits, as text, for those that stand before it."""

    def __init__(self) -> None:
        self._waiting: dict[int, str] = {}
        self._written = 0
        self._next = 0

    def write(self, places: Sequence[int], outcome: Outcome) -> None:
        """See `Output`."""
        text = json.dumps(_document(outcome), indent=1, ensure_ascii=True).replace("\n", "\n ")
        self._waiting.update(dict.fromkeys(places, text))
        while self._next in self._waiting:
            self._put(self._next)
            self._next += 1
        sys.stdout.flush()

    def end(self) -> None:
        """Close the array; when the user stopped, it holds what was done."""
        for place in sorted(self._waiting):
            self._put(place)
        sys.stdout.write("\n]\n" if self._written else "[]\n")

    def _put(self, place: int) -> None:
        sys.stdout.write((",\n " if self._written else "[\n ") + self._waiting.pop(place))
        self._written += 1


def _document(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Exception):
        return report_json.failure(outcome)
    return report_json.document(outcome)
