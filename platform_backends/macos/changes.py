"""One change of one place: alone, written down first, read back, and taken back when anything fails."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from platform_backends import files, steps
from platform_backends.base import StoreError, WriteFailed
from platform_backends.locks import locked
from platform_backends.macos.memory import Memory, Remembered
from platform_backends.macos.place import Place, Seen, State
from platform_backends.macos.security_cli import ASKING


class Changes:
    """The changes of one store, under its lock. `host`: of what is said of this one alone."""

    def __init__(self, place: Place, memory: Memory, host: str = "") -> None:
        self._place = place
        self.memory = memory
        self._host = host

    @contextmanager
    def exclusive(self) -> Iterator[tuple[int, bool]]:
        """The only writer of this program; what a kill interrupted has been taken back, or finished if it took
        trust away.

        Gives the descriptor of the lock, which `security` inherits: so nobody looks while a question that a
        killed process asked is still open. And whether there was anything.
        """
        try:
            self.memory.prepare()
            with locked(self.memory.folder, ASKING + 30) as lock:
                settled = self.memory.unsettled()
                files.sweep(self.memory.folder)
                self._settle(lock)
                yield lock, settled
        except OSError as error:
            raise files.failure(error, f"write to {self.memory.folder}") from error

    def make(self, der: bytes, goal: State, seen: Seen, lock: int) -> None:
        """Bring a certificate to `goal`. Raises what macOS answers; then it is as it was."""
        sha256 = hashlib.sha256(der).hexdigest()
        now = seen.state(der)
        known = (self.memory.get(sha256) or Remembered(der)).begun(now, goal, self._host)
        self.memory.keep(sha256, known)
        try:
            self._place.bring(der, sha256, goal, seen, lock)
            self._require(der, goal)
        except BaseException as error:
            self._give_up(sha256, known, now, lock, error)
            raise
        self.memory.keep(sha256, known.finished())

    def _require(self, der: bytes, goal: State) -> None:
        """Read back."""
        if not self._place.look().state(der).same(goal):
            raise WriteFailed(
                "macOS does not show the change after it was made.",
                "Another program, or a rule of this Mac, may have changed it too; try again.",
            )

    def _settle(self, lock: int) -> None:
        for sha256, known, step in list(self.memory.interrupted()):
            steps.reached("settling")
            if step.gives_trust(known.der):
                self._back(sha256, known, step.before, lock)
            else:
                self._bring(sha256, known, step.after, lock)
                self.memory.keep(sha256, known.finished())

    def _give_up(
        self, sha256: str, known: Remembered, before: State, lock: int, error: BaseException
    ) -> None:
        """Take back what was done of a change. Where the user refused, only the keychain has to be told."""
        try:
            self._back(sha256, known, before, lock)
        except (StoreError, OSError) as second:
            raise WriteFailed(
                f"A change failed ({_said(error)}) and is half done: it could not be taken back "
                f"({_said(second)}).",
                "Start this program again: it takes the change back first.",
                rolled_back=False,
            ) from error

    def _back(self, sha256: str, known: Remembered, before: State, lock: int) -> None:
        self._bring(sha256, known, before, lock)
        self.memory.keep(sha256, known.given_up())

    def _bring(self, sha256: str, known: Remembered, goal: State, lock: int) -> None:
        self._place.bring(known.der, sha256, goal, self._place.look(), lock)


def _said(error: BaseException) -> str:
    return str(getattr(error, "sentence", "") or error or type(error).__name__).rstrip(".")
