"""The machine's real store, without touching it: a private mount namespace with overlays.

Inside `private_mounts()` this process (its main thread, and the processes it starts) sees /etc,
/usr/local/share and /var/lib through overlays whose writes go to memory. Outside nothing changes,
and that is checked. It needs root; where the system refuses, `NamespaceRefused` says why.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CLONE_NEWNS = 0x00020000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
MS_RDONLY, MS_REMOUNT = 0x1, 0x20

#: What is covered by overlays.
COVERED = (
    Path("/etc"),
    Path("/usr/local/share"),
    Path("/usr/share/ca-certificates"),
    Path("/var/lib"),
)

#: The folders that a change may write, and that must come back byte for byte.
STORE = (Path("/etc/ssl"), Path("/usr/local/share/ca-certificates"))

HOOKS = Path("/etc/ca-certificates/update.d")


class NamespaceRefused(Exception):
    """No private mounts here; the message is the reason."""


@contextmanager
def private_mounts(*, hooks: bool = False) -> Iterator[Path]:
    """Enter, and leave again. Gives a folder in memory. `hooks`: keep those of ca-certificates
    (Java's takes two seconds each time)."""
    if os.geteuid() != 0:
        raise NamespaceRefused("needs root for a private mount namespace")
    if threading.current_thread() is not threading.main_thread():
        raise NamespaceRefused("can only be entered by the main thread")
    outside = snapshot(*STORE), Path("/etc/ca-certificates.conf").read_bytes()
    cwd, home = Path.cwd(), _Home()
    with tempfile.TemporaryDirectory() as place:
        try:
            _call("unshare", CLONE_NEWNS)
            try:
                scratch = Path(place)
                _cover(scratch)
                _assert_covered()
                if not hooks:
                    for hook in HOOKS.glob("*"):
                        hook.unlink()
                yield scratch
            finally:
                home.return_to()
                os.chdir(cwd)
        finally:
            home.close()
    now = snapshot(*STORE), Path("/etc/ca-certificates.conf").read_bytes()
    assert now == outside, "the machine's own store changed"


@pytest.fixture
def private_machine() -> Iterator[Path]:
    """A test inside `private_mounts`; skipped with the reason where that is refused."""
    if sys.platform != "linux":
        pytest.skip("of Linux: mount namespaces")
    try:
        with private_mounts() as scratch:
            yield scratch
    except NamespaceRefused as refused:
        pytest.skip(f"private mount namespace: {refused}")


def snapshot(*folders: Path) -> dict[str, tuple[str, int, str]]:
    """Path -> type, mode, link target or content hash; of everything below the folders."""
    found: dict[str, tuple[str, int, str]] = {}
    for folder in folders:
        for path in [folder, *sorted(folder.rglob("*"))]:
            status = path.lstat()
            mode = stat.S_IMODE(status.st_mode)
            if stat.S_ISLNK(status.st_mode):
                found[str(path)] = ("link", mode, str(path.readlink()))
            elif stat.S_ISREG(status.st_mode):
                found[str(path)] = ("file", mode, hashlib.sha256(path.read_bytes()).hexdigest())
            else:
                found[str(path)] = ("other", mode, str(stat.S_IFMT(status.st_mode)))
    return found


def bind(source: Path, over: Path) -> None:
    """Show one file or folder in place of another. Only inside `private_mounts`."""
    _assert_covered()
    _mount(str(source), over, "", MS_BIND)


def unbind(over: Path) -> None:
    _call("umount2", str(over).encode(), 2)


def read_only(over: Path) -> None:
    """Refuse writes below a folder until `unbind`. Only inside `private_mounts`."""
    bind(over, over)
    _mount("none", over, "", MS_BIND | MS_REMOUNT | MS_RDONLY)


def another_view(scratch: Path) -> None:
    """For a child process: from here on an /etc/ssl and /usr/local/share of its own, and the rest
    shared, as containers do. Only inside `private_mounts`."""
    _assert_covered()
    _call("unshare", CLONE_NEWNS)
    _mount("none", Path("/"), "", MS_REC | MS_PRIVATE)
    for folder in (Path("/etc/ssl"), Path("/usr/local/share")):
        copy = scratch / "another" / folder.name  # a third overlay would be too many for the kernel
        copy.parent.mkdir(exist_ok=True)
        subprocess.run(["cp", "-a", str(folder), str(copy)], check=True)
        _mount(str(copy), folder, "", MS_BIND)


def tmpfs(over: Path, options: str) -> None:
    """An empty file system in memory over a folder. Only inside `private_mounts`."""
    _assert_covered()
    _mount("tmpfs", over, "tmpfs", 0, options)


class _Home:
    """A view of the file system to come back to: its mounts, and its root (in a chroot, another)."""

    def __init__(self) -> None:
        self._mounts = os.open("/proc/self/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
        self._root = os.open("/", os.O_PATH | os.O_CLOEXEC)

    def return_to(self, between: Callable[[], None] = lambda: None) -> None:
        """Enter; refused for as long as another thread shares our view. `between`: what to do
        while the root is that of the mounts, and no chroot."""
        deadline = time.monotonic() + 20
        while True:
            try:
                _call("setns", self._mounts, CLONE_NEWNS)
                break
            except NamespaceRefused:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)  # a thread of the test is just ending
        try:
            between()
        finally:
            os.fchdir(self._root)
            os.chroot(".")

    def close(self) -> None:
        os.close(self._mounts)
        os.close(self._root)


def _keep_apart() -> None:
    """What is mounted from here on is seen here alone. The root of a chroot may be no mount."""
    here = _Home()
    try:
        here.return_to(lambda: _mount("none", Path("/"), "", MS_REC | MS_PRIVATE))
    finally:
        here.close()


def _cover(scratch: Path) -> None:
    _keep_apart()
    _mount("tmpfs", scratch, "tmpfs", 0, "size=256m")
    for folder in COVERED:
        upper, work = (scratch / kind / folder.name for kind in ("upper", "work"))
        upper.mkdir(parents=True)
        work.mkdir(parents=True)
        upper.chmod(stat.S_IMODE(folder.stat().st_mode))
        options = f"lowerdir={folder},upperdir={upper},workdir={work}"
        _mount("overlay", folder, "overlay", 0, options)


def _assert_covered() -> None:
    mounts = [line.split(" ") for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    kinds = {fields[4]: fields[fields.index("-") + 1] for fields in mounts}
    for folder in COVERED:
        assert kinds.get(str(folder)) == "overlay", f"{folder} is not covered"


def _mount(source: str, target: Path, kind: str, flags: int, options: str = "") -> None:
    arguments = (source.encode(), str(target).encode(), kind.encode(), flags, options.encode())
    _call("mount", *arguments)


def _call(name: str, *arguments: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) != 0:
        reason = os.strerror(ctypes.get_errno())
        raise NamespaceRefused(f"{name}: {reason}")
