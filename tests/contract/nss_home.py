"""Homes with NSS databases of the tests' own, made by the real certutil."""

from __future__ import annotations

import hashlib
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from platform_backends.discovery import open_store
from platform_backends.nss import NssStore, reading, tool
from tests.making import Made

#: Marks of every test here.
NEEDED = [
    pytest.mark.skipif(sys.platform != "linux", reason="of Linux: NSS databases"),
    pytest.mark.skipif(tool.find() is None, reason="extra program: certutil"),
]

State = dict[str, tuple[str, int, str]]


def certutil(folder: Path, *words: str, home: Path) -> str:
    """NSS itself, as another program of the user."""
    program = tool.find()
    assert program is not None
    done = subprocess.run(
        [program, "-d", f"sql:{folder}", *words],
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def state(folder: Path) -> State:
    """Names and modes of the files; of a database every row, however its pages lie."""
    kept: State = {}
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        mode = stat.S_IMODE(path.lstat().st_mode)
        content = path.read_bytes() if path.is_file() else b""
        if path.suffix == ".db":
            with closing(sqlite3.connect(reading.uri(path, "ro"), uri=True)) as database:
                content = "\n".join(sorted(database.iterdump())).encode()
        kept[str(path)] = ("file", mode, hashlib.sha256(content).hexdigest())
    return kept


def at_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This folder is the user's home from here on."""
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return at_home(folder, monkeypatch)


@pytest.fixture
def store(home: Path) -> NssStore:
    """That of Chromium, which is not there yet."""
    opened = open_store("nss.user")
    assert isinstance(opened, NssStore)
    return opened


def new_database(folder: Path, home: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    certutil(folder, "-N", "--empty-password", home=home)


def put(store: NssStore, made: Made, trust: str, name: str, home: Path) -> None:
    """Somebody adds a certificate with certutil."""
    if not store.path.exists():
        new_database(store.folder, home)
    file = home / f"{made.sha256}.pem"
    file.write_bytes(made.pem)
    certutil(store.folder, "-A", "-t", trust, "-n", name, "-a", "-i", str(file), home=home)


def profile(home: Path, *names: str) -> None:
    """A Firefox that has these profiles from here on."""
    home.mkdir(parents=True, exist_ok=True)
    text = "[General]\nStartWithLastProfile=1\n\n"
    for number, name in enumerate(names):
        (home / name).mkdir(exist_ok=True)
        text += f"[Profile{number}]\nName=n{number}\nIsRelative=1\nPath={name}\n\n"
    (home / "profiles.ini").write_text(text)
