"""Where Javas are installed, each real folder once, and which keystore each reads."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

#: Folders that hold one Java in each of their folders: distributions, archives, vendors' packages; on a Mac where
#: java_home(1) looks, and Homebrew's.
_PARENTS: Mapping[str, tuple[str, ...]] = {
    "linux": ("/usr/lib/jvm", "/usr/lib64/jvm", "/usr/java", "/opt"),
    "darwin": ("/Library/Java/JavaVirtualMachines", "/opt/homebrew/opt", "/usr/local/opt"),
}
#: The same on Windows, below the folders for programs: Oracle's, then those of other vendors.
_VENDORS = (
    "Java",
    "Eclipse Adoptium",
    "Microsoft",
    "Amazon Corretto",
    "Zulu",
    "BellSoft",
    "Semeru",
    "SapMachine",
)
_PROGRAMS = ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)")
_OF_USER = (
    ".sdkman/candidates/java",
    ".jdks",
    ".jenv/versions",
    ".asdf/installs/java",
    "Library/Java/JavaVirtualMachines",
)
#: Where in such a folder the Java is: at once, in a bundle of a Mac, in a bundle in a keg of Homebrew.
_INSIDE = (".", "Contents/Home", "libexec/openjdk.jdk/Contents/Home")

_JAVA = "java.exe" if sys.platform == "win32" else "java"

#: In the order of preference of Java's own TrustManagerFactory (JSSE Reference Guide, "default
#: truststore"); below ``jre`` in a JDK up to 8.
_NAMES = ("jssecacerts", "cacerts")
_PLACES = ("lib/security", "jre/lib/security")


@dataclass(frozen=True)
class Home:
    """One installed Java."""

    path: Path

    @property
    def keystore(self) -> Path | None:
        """The real file that this Java reads, None when it has none."""
        for place in _PLACES:
            for name in _NAMES:
                file = self.path / place / name
                if os.path.lexists(file):
                    return file.resolve()
        return None

    @cached_property
    def version(self) -> str:
        """As the file ``release`` says, such as ``17.0.15``; empty when it does not."""
        try:
            with (self.path / "release").open(encoding="utf-8", errors="replace") as file:
                text = file.read(8192)
        except OSError:
            return ""
        found = re.search(r'^JAVA_VERSION="([0-9A-Za-z._+-]{1,40})"', text, re.MULTILINE)
        return found[1] if found else ""


def homes() -> tuple[Home, ...]:
    """Every Java found."""
    return tuple(Home(path) for path in dict.fromkeys(_candidates()))


def by_keystore() -> dict[Path, tuple[Home, ...]]:
    """The Javas that read each keystore."""
    found: dict[Path, tuple[Home, ...]] = {}
    for home in homes():
        if (file := home.keystore) is not None:
            found[file] = (*found.get(file, ()), home)
    return found


def home_of(program: Path) -> Home | None:
    """The Java that a ``bin/java`` belongs to, links resolved as its launcher does."""
    real = program.resolve()
    return Home(real.parent.parent) if real.parent.name == "bin" else None


def _candidates() -> Iterator[Path]:
    if named := os.environ.get("JAVA_HOME"):
        yield from _java(Path(named))
    if program := shutil.which("java"):
        yield from _java(Path(program).resolve().parent.parent)
    for parent in (*_parents(), *(Path.home() / place for place in _OF_USER)):
        try:
            inside = sorted(parent.iterdir())
        except OSError:
            continue
        for path in inside:
            for place in _INSIDE:
                yield from _java(path / place)


def _parents() -> Iterator[Path]:
    if sys.platform != "win32":
        yield from map(Path, _PARENTS.get(sys.platform, ()))
        return
    folders = [os.environ[name] for name in _PROGRAMS if name in os.environ]
    if local := os.environ.get("LOCALAPPDATA"):
        folders.append(str(Path(local, "Programs")))
    yield from (Path(folder, vendor) for folder in dict.fromkeys(folders) for vendor in _VENDORS)


def _java(path: Path) -> Iterator[Path]:
    try:
        if path.is_absolute() and (path / "bin" / _JAVA).exists():
            real = path.resolve()
            yield real.parent if real.name == "jre" and Home(real.parent).keystore else real
    except OSError:
        return
