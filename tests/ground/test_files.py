from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_backends import certificates, files
from platform_backends.base import NotACertificate, RightsMissing, UnsafeFile, WriteFailed
from platform_backends.locks import locked
from tests.making import make

posix = pytest.mark.skipif(os.name != "posix", reason="of POSIX: links, pipes and modes")


@posix
def test_mode_and_owner_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings"
    path.write_text("old")
    path.chmod(0o604)
    if os.geteuid() == 0:
        os.chown(path, 12345, 23456)
    before = path.stat()
    files.replace(path, b"new")
    after = path.stat()
    assert path.read_bytes() == b"new"
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
    )
    files.replace(tmp_path / "fresh", b"", 0o600)
    assert stat.S_IMODE((tmp_path / "fresh").stat().st_mode) == 0o600


@posix
def test_nothing_but_regular_files_is_read_or_written(tmp_path: Path) -> None:
    fifo, link, target = tmp_path / "pipe", tmp_path / "link", tmp_path / "target"
    os.mkfifo(fifo)
    target.write_text("x")
    link.symlink_to(target)
    for path in (fifo, tmp_path, Path("/dev/zero")):
        with pytest.raises(UnsafeFile):
            files.read_bounded(path, 100)
    assert files.read_bounded(link, 100) == b"x"
    with pytest.raises(UnsafeFile):
        files.read_bounded(link, 100, follow=False)
    for path in (fifo, link):
        with pytest.raises(UnsafeFile):
            files.replace(path, b"y")
        with pytest.raises(UnsafeFile):
            files.remove(path)
    assert target.read_text() == "x"


def test_reads_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"x" * 101)
    assert len(files.read_bounded(path, 101)) == 101
    with pytest.raises(UnsafeFile):
        files.read_bounded(path, 100)
    with path.open("wb") as file:
        file.truncate(1 << 40)  # a hole: it must not be read first
    with pytest.raises(UnsafeFile):
        files.read_bounded(path, 100)


def test_what_a_kill_leaves_is_swept(tmp_path: Path) -> None:
    left, theirs = tmp_path / files.temporary_name(), tmp_path / ".trustmgr-theirs.tmp"
    left.touch()
    theirs.touch()
    files.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [theirs]


def test_errors_of_the_system_have_a_next_step() -> None:
    full = files.failure(OSError(errno.ENOSPC, "x"), "write it")
    assert isinstance(full, WriteFailed)
    assert "space" in full.next_step
    assert isinstance(files.failure(PermissionError(errno.EACCES, "x"), "write it"), RightsMissing)


def test_a_lock_waits_and_dies_with_its_holder(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from platform_backends.locks import locked\n"
        "with locked(Path(sys.argv[1])):\n print('held', flush=True); time.sleep(100)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(WriteFailed), locked(tmp_path, 0.2):
            pass
        holder.kill()
        holder.wait()
        with locked(tmp_path, 20):
            assert list(tmp_path.iterdir()) == []
    finally:
        holder.kill()
        holder.communicate()


def test_one_certificate_in_any_form(tmp_path: Path) -> None:
    made = make("One", ca=True)
    for form in (made.der, made.pem, b"Bag Attributes\r\n" + made.pem.replace(b"\n", b"\r\n")):
        assert certificates.single(form) == made.der
    assert certificates.pem(made.der) == made.pem


@given(st.binary(max_size=300))
def test_garbage_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(NotACertificate) as caught:
        certificates.single(data)
    assert caught.value.sentence.endswith(".")


def test_huge_input_is_refused_at_once() -> None:
    with pytest.raises(NotACertificate):
        certificates.single(b"-----BEGIN CERTIFICATE-----\n" * 100_000)
