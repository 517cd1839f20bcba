"""What has to be known of a tool, and what its settings say now."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from platform_backends.base import SERVER_AUTH_ONLY, StoreUnavailable, Trust
from platform_backends.tool_settings import places, programs
from platform_backends.tool_settings.medium import FILES, Medium
from platform_backends.tool_settings.syntax import Found, Syntax, Unclear

#: How many files are read at most: a circle of includes ends there.
_INCLUDED = 30
#: Words that say yes, and no.
YES = frozenset({"true", "yes", "on", "1", "y"})
NO = frozenset({"false", "no", "off", "0", "n"})


@dataclass(frozen=True)
class Tool:
    """One tool. Times and sizes have no place here: only where it reads what."""

    name: str
    title: str
    key: str  # of the setting, with its section: ``http.sslCAInfo``
    syntax: Syntax
    read: tuple[
        Path, ...
    ]  # weakest first; the last one that has the key counts; of a folder those with `endings`
    write: Path  # where ours goes: the strongest of them
    replaces: bool  # the tool's own roots are not read any more
    system: bool = False  # without the setting it reads the machine's roots
    program: str = ""  # on the PATH; empty: there is none to look for
    install: str = ""
    stronger: tuple[str, ...] = ()  # variables that override the setting
    checks: Mapping[str, bool] = field(
        default_factory=dict
    )  # name -> whether "yes" turns checks off
    variable: str = ""  # the setting is this variable, read at log-in
    trust: Trust = SERVER_AUTH_ONLY
    endings: tuple[str, ...] = (".conf",)
    lock: str = ""  # the ending of the file by which the tool keeps others from writing `write`
    medium: Medium = FILES
    counts: str = "It counts from the next log-in on"  # what is said of a variable's change
    renew: str = "Log in anew."  # and what makes it count

    @property
    def installed(self) -> bool:
        """Whether there is anybody to read the setting."""
        return not self.program or programs.find(self.program) is not None

    def files(self, read: Iterable[Path]) -> list[Path]:
        """The setting files, weakest first."""
        found: list[Path] = []
        for path in read:
            found += self._folder(path) if os.path.isdir(path) else [path]  # noqa: PTH112
        return found

    def _folder(self, path: Path) -> list[Path]:
        try:
            inside = sorted(path.iterdir())
        except OSError as error:
            raise StoreUnavailable(
                f"{path} cannot be read: {error.strerror}.", "Ask its owner."
            ) from error
        return [p for p in inside if p.suffix in self.endings and p != self.write]

    def assignments(self) -> Iterator[tuple[Path, Found]]:
        """Every assignment with its file, weakest first. Raises `StoreUnavailable`."""
        return self.within(self.read)

    def within(self, read: Iterable[Path]) -> Iterator[tuple[Path, Found]]:
        """The same of these files and folders."""
        seen: list[Path] = []
        for path in self.files(read):
            yield from self._inside(path, seen)

    def _inside(self, path: Path, seen: list[Path]) -> Iterator[tuple[Path, Found]]:
        seen.append(path)
        try:
            assignments = self.syntax.assignments(self.medium.text(path))
        except Unclear as error:
            raise StoreUnavailable(
                f"{path} is not read, since it may mean something else than it seems: {error}.",
                "Write it in a plain way, one setting to a line.",
            ) from error
        for found in assignments:
            yield path, found
            if found.name == self.syntax.include and len(seen) < _INCLUDED:
                yield from self._inside(places.named(found.value, path.parent), seen)

    def value(self) -> str:
        """What the setting names now; empty: nothing. Raises `StoreUnavailable`."""
        named = [found.value for _, found in self.assignments() if self.is_setting(found.name)]
        if named:
            return named[-1]
        return os.environ.get(self.variable, "") if self.variable and not self.left_over() else ""

    def left_over(self) -> bool:
        """Whether the variable of this session names our bundle, which has been taken away since."""
        bundle = places.bundle_folder(self.name) / "bundle.pem"
        return names(bundle, os.environ.get(self.variable, "")) and not bundle.exists()

    def waits(self) -> bool:
        """Whether this session has another value of the variable than the one that is kept.

        On macOS only a shell's children have any (zsh(1), bash(1): ``SHLVL``), so others do not wait.
        """
        if not self.variable or (sys.platform == "darwin" and "SHLVL" not in os.environ):
            return False
        value = self.value()
        return bool(value) and os.environ.get(self.variable, "") != value

    def is_setting(self, name: str) -> bool:
        """Whether an assignment of this name is the setting."""
        return name == self.syntax.name(self.key)

    def reads_machine(self) -> bool:
        """Whether, without a file in the setting, it reads the machine's roots."""
        return self.system

    def overruled(self) -> str:
        """A sentence about another setting that counts instead for a part; empty: none does."""
        return ""

    def elsewhere(self) -> str:
        """A sentence on which store is read instead of whatever the setting names; empty: none is."""
        return ""

    def unchecked(self) -> str:
        """The file and line that switch verification off; empty: none does."""
        names = {self.syntax.name(key): off for key, off in self.checks.items()}
        state: dict[str, str] = {}
        for path, found in self.assignments():
            if (matching := _matching(names, found.name)) is not None:
                bad = (found.value.lower() not in NO) is names[matching]
                state[found.name] = f"{path} sets {found.name}" if bad else ""
        return next(filter(None, state.values()), "")


def names(path: Path, value: str) -> bool:
    """Whether a setting's value is this file."""
    return bool(value) and _real(places.named(value)) == _real(path)


def _real(path: Path) -> str:
    """Windows tells upper case from lower case nowhere."""
    return os.path.normcase(os.path.realpath(path))


def _matching(names: Mapping[str, bool], name: str) -> str | None:
    """``http.sslverify`` is also meant by ``http.https://host/.sslverify``."""
    section, _, key = name.rpartition(".")
    for known in names:
        first, _, last = known.rpartition(".")
        if key == last and (section == first or section.startswith(f"{first}.")):
            return known
    return None
