"""Running Apple's `security`: absolute path, clean environment, bounded time and output, no shell.

It is run as the user, in the user's own session, and macOS asks for whatever password it wants: a shell that
AppleScript elevates has no screen session, and trust settings cannot be changed from one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from platform_backends import certificates as pem_text
from platform_backends import files, steps
from platform_backends.base import StoreUnavailable, UnsafeFile, WriteFailed
from platform_backends.macos import failures, places, trust_settings
from platform_backends.macos.failures import Said, Status
from platform_backends.macos.trust_settings import Domain

#: Seconds for what asks nobody.
READING = 30.0
#: Seconds for what asks the user. On macOS 14.7.5 the dialog may be invisible, so it has to end some time.
ASKING = 180.0
#: Bytes of one stream. Apple's roots take 300 kB.
_LIMIT = 32 * 1024 * 1024
_BLOCK = 65536

#: Names the administrator's domain of trust settings.
ADMIN = ("-d",)

#: What is handed on of the environment: where the user's keychains are, and the session.
_KEPT = ("HOME", "USER", "LOGNAME", "TMPDIR", "SECURITYSESSIONID", "__CF_USER_TEXT_ENCODING")

_ENTRY = re.compile(
    rb"(?:SHA-256 hash: (?P<sha256>[0-9A-F]{64})\s+)?(?:SHA-1 hash: [0-9A-F]{40}\s+)?"
    rb"(?P<pem>-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----)"
)


class DidNotEnd(StoreUnavailable):
    """It was stopped, because its time was over."""


def run(*words: str, seconds: float = READING, lock: int | None = None) -> Said:
    """``security WORDS``, to its end. `lock`: the descriptor of our lock, which it holds as long as it lives.

    Raises `StoreUnavailable` when it cannot be started or says too much, and `DidNotEnd`.
    """
    argv = [str(places.SECURITY), *words]
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", **_kept()},
            cwd="/",
            start_new_session=True,
            pass_fds=() if lock is None else (lock,),
        )
    except OSError as error:
        raise StoreUnavailable(
            f"{places.SECURITY} cannot be started: {error.strerror}.", "It is a part of macOS."
        ) from error
    try:
        return _hear(process, time.monotonic() + seconds)
    finally:
        _end(process)


def status(said: Said) -> Status | None:
    """Which error it was; None when nobody knows."""
    return failures.status(said, _describe)


def require(said: Said, doing: str) -> None:
    """Raises the `StoreError` of a failure. `doing` ends the sentence "macOS did not"."""
    if said.code != 0:
        raise failures.failure(status(said), said, doing)


# -- reading -------------------------------------------------------------------------------------


def certificates(keychain: Path | None = None) -> tuple[bytes, ...]:
    """The certificates (DER) of one keychain, or of all that the user searches. Raises `StoreUnavailable`."""
    named = () if keychain is None else (str(keychain),)
    said = run("find-certificate", "-a", "-Z", "-p", *named)
    if said.code != 0:
        error = failures.failure(status(said), said, "list the keychain")
        raise StoreUnavailable(error.sentence, error.next_step)
    return tuple(dict.fromkeys(_listed(said.out)))


def domain(flags: Sequence[str]) -> Domain:
    """The trust settings of a domain: the user's, the administrator's (``-d``), Apple's (``-s``)."""
    with scratch() as folder:
        file = folder / "settings.plist"
        said = run("trust-settings-export", *flags, str(file))
        if said.code != 0 and status(said) is Status.NO_TRUST_SETTINGS:
            return trust_settings.EMPTY
        if said.code != 0:
            error = failures.failure(status(said), said, "hand out its trust settings")
            raise StoreUnavailable(error.sentence, error.next_step)
        try:
            return trust_settings.parse(
                files.read_bounded(file, trust_settings.LIMIT, follow=False)
            )
        except (OSError, UnsafeFile, trust_settings.NotTrustSettings) as error:
            raise StoreUnavailable(
                f"The trust settings that macOS handed out cannot be read: {error}.", "Report this."
            ) from error


def user_settings_count() -> bool:
    """Whether macOS heeds the trust settings of users at all; an administrator can switch that off."""
    return b"Disabled" not in run("user-trust-settings-enable").out


# -- writing: each of these may ask the user -----------------------------------------------------


def trust(
    flags: Sequence[str], words: Sequence[str], der: bytes, keychain: Path | None, lock: int
) -> None:
    """Replace what a domain holds about a certificate, which goes into the keychain first."""
    into = () if keychain is None else ("-k", str(keychain))
    with _file(der) as file:
        _write("record the trust", lock, "add-trusted-cert", *flags, *words, *into, str(file))


def forget(flags: Sequence[str], der: bytes, lock: int) -> None:
    """Take what a domain holds about a certificate away."""
    with _file(der) as file:
        _write("take the trust away", lock, "remove-trusted-cert", *flags, str(file))


def restore(flags: Sequence[str], data: bytes, lock: int) -> None:
    """Replace all settings of a domain by a property list."""
    with scratch() as folder:
        file = folder / "settings.plist"
        file.write_bytes(data)
        _write("record the trust", lock, "trust-settings-import", *flags, str(file))


def put(der: bytes, keychain: Path, lock: int) -> None:
    """Put a certificate into a keychain; nothing is said about its trust."""
    with _file(der) as file:
        words = ("add-certificates", "-k", str(keychain), str(file))
        _write("put the certificate into the keychain", lock, *words)


def take(sha256: str, keychain: Path, lock: int) -> None:
    """Take a certificate out of a keychain; always by its hash, and the keychain named."""
    words = ("delete-certificate", "-Z", sha256.upper(), str(keychain))
    _write("take the certificate out of the keychain", lock, *words)


@contextmanager
def scratch() -> Iterator[Path]:
    """A new folder for this user alone, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="trustmgr-") as folder:
        yield Path(folder)


# -- inside --------------------------------------------------------------------------------------


def _write(doing: str, lock: int, *words: str) -> None:
    steps.reached(f"before {words[0]}")
    try:
        said = run(*words, seconds=ASKING, lock=lock)
    except DidNotEnd as error:
        raise WriteFailed(
            f"macOS did not {doing} within {ASKING:.0f} seconds; its question may be where it cannot be seen.",
            "Look for a dialog of macOS on the Mac's own screen, and try again there.",
        ) from error
    steps.reached(f"after {words[0]}")
    require(said, doing)


@contextmanager
def _file(der: bytes) -> Iterator[Path]:
    with scratch() as folder:
        file = folder / "certificate.cer"
        file.write_bytes(der)
        yield file


def _listed(out: bytes) -> Iterator[bytes]:
    for match in _ENTRY.finditer(out):
        (block,) = pem_text.blocks(match["pem"]) or (None,)
        told = match["sha256"]
        if block is None or (
            told and hashlib.sha256(block.der).hexdigest() != told.decode().lower()
        ):
            raise StoreUnavailable(
                "macOS listed a certificate that does not have the hash beside it.", "Report this."
            )
        yield block.der


def _describe(known: Status) -> str:
    """The words for a status in the user's language: ``Error: 0x... -25263 No Trust Settings were found.``"""
    said = run("error", str(int(known)))
    match = re.search(rf"{int(known)} (.+)", said.out.decode(errors="replace"))
    return match[1].strip() if match else ""


def _kept() -> dict[str, str]:
    return {name: os.environ[name] for name in _KEPT if name in os.environ}


def _hear(process: subprocess.Popen[bytes], until: float) -> Said:
    """Read both streams to their end."""
    streams = [stream for stream in (process.stdout, process.stderr) if stream is not None]
    kept = [bytearray() for _ in streams]
    with selectors.DefaultSelector() as selector:
        for stream, bytes_of in zip(streams, kept, strict=True):
            selector.register(stream, selectors.EVENT_READ, bytes_of)
        while selector.get_map():
            ready = selector.select(max(0.0, until - time.monotonic()))
            if not ready:
                raise DidNotEnd(f"{places.SECURITY} did not end in time.", "Try again.")
            for found, _ in ready:
                block = os.read(found.fd, _BLOCK)
                found.data.extend(block)
                if not block:
                    selector.unregister(found.fileobj)
                elif len(found.data) > _LIMIT:
                    raise StoreUnavailable(f"{places.SECURITY} said too much.", "Report this.")
    try:
        code = process.wait(max(0.1, until - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise DidNotEnd(f"{places.SECURITY} did not end in time.", "Try again.") from error
    return Said(code, bytes(kept[0]), kept[1].decode(errors="replace"))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Nothing is left running, also after Ctrl-C."""
    if process.poll() is None:
        with contextlib.suppress(OSError):
            if sys.platform != "win32":
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
