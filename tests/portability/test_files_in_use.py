"""Files that another program has open: POSIX does not mind, Windows does."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from platform_backends import files
from platform_backends.base import StoreError, WriteFailed

of_windows = pytest.mark.skipif(sys.platform != "win32", reason="of Windows: files in use")


def hold(path: Path, seconds: float) -> threading.Thread:
    """Another program that looks at the file: a scanner, say. It is open when this returns."""
    file = path.open("rb")

    def later() -> None:
        time.sleep(seconds)
        file.close()

    thread = threading.Thread(target=later)
    thread.start()
    return thread


def test_what_is_looked_at_for_a_moment_is_replaced_and_removed(tmp_path: Path) -> None:
    path = tmp_path / "file.pem"
    path.write_bytes(b"old")
    for act, left in (
        (lambda: files.replace(path, b"new"), b"new"),
        (lambda: files.remove(path), b""),
    ):
        thread = hold(path, 0.3)
        act()
        thread.join()
        assert (path.read_bytes() if path.exists() else b"") == left
    assert list(tmp_path.iterdir()) == []


@of_windows
def test_what_stays_open_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_PATIENCE", 0.1)
    path = tmp_path / "file.pem"
    path.write_bytes(b"old")
    with path.open("rb"):
        for act in (lambda: files.remove(path), lambda: files.replace(path, b"new")):
            with pytest.raises(PermissionError) as caught:
                act()
            error = files.failure(caught.value, f"change {path}")
            assert isinstance(error, StoreError)
            if caught.value.winerror == 32:
                assert isinstance(error, WriteFailed)
                assert "another program" in error.sentence
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@of_windows
def test_devices_are_no_files(tmp_path: Path) -> None:
    for name in ("NUL", "CON", str(tmp_path / "nul.pem"), "COM1", "\\\\.\\NUL"):
        with pytest.raises((StoreError, OSError)):
            files.read_bounded(Path(name), 100)
