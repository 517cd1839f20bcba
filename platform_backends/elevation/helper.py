"""The privileged helper: one request on standard input, one answer on standard output.

On Windows both go through a named pipe (pipe.py). It runs as root, so it is small and believes nothing: the request is bounded, the operation and
the store are on its own lists, the certificate is exactly one and has the confirmed SHA-256.
It does what the system's store (the System keychain on a Mac) and, where root alone can write, the stores of
Java, the policies of Firefox and the certs.d of Docker and Podman do, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

from platform_backends import certificates, rights
from platform_backends.base import (
    NotACertificate,
    Operation,
    RefusedByUser,
    RightsMissing,
    StoreError,
    UnsafeFile,
    is_setting,
)
from platform_backends.elevation.request import MAX_REQUEST, BadRequest, Request

if TYPE_CHECKING:
    from pathlib import Path

    from platform_backends.base import Store


def _ca_certificates(identity: str) -> Store | None:
    from platform_backends.linux_ca_certificates import CaCertificatesStore

    store = CaCertificatesStore()
    return store if identity == store.id else None


def _p11_kit(identity: str) -> Store | None:
    from platform_backends import linux_p11kit

    return next((store for store in linux_p11kit.stores() if store.id == identity), None)


def _system_keychain(identity: str) -> Store | None:
    from platform_backends.macos import SYSTEM, KeychainStore, host_store

    store = KeychainStore(SYSTEM)
    return store if identity == store.id else host_store(identity)


def _java(identity: str) -> Store | None:
    """A Java of this machine, found anew."""
    from platform_backends import java

    found = next((store for store in java.stores() if store.id == identity), None)
    if isinstance(found, java.JavaStore):
        _refuse_traps(found.path, "Change this Java as the user who owns it.")
    return found


def _registry(identity: str) -> Store | None:
    """A folder below /etc."""
    from platform_backends.tool_settings.site_stores import system_registry

    found = system_registry(identity)
    if found is not None:
        _refuse_traps(found.path, "Ask whoever looks after this machine.")
        if os.path.realpath(found.path) != str(found.path):
            raise UnsafeFile(f"{found.path} leads somewhere else.", "Nothing was changed.")
    return found


def _firefox(identity: str) -> Store | None:
    from platform_backends.firefox_policies import FirefoxPoliciesStore, layout

    store = FirefoxPoliciesStore()
    if identity != store.id:
        return None
    _refuse_traps(layout.FILE, "Ask whoever looks after this machine.")
    return store


def _windows(identity: str) -> Store | None:
    from platform_backends import windows

    return next((store for store in windows.stores() if store.id == identity), None)


def _setting(identity: str) -> Store | None:
    from platform_backends import settings

    return settings.find(identity)


def _refuse_traps(path: Path, next_step: str) -> None:
    """Where others can write, they could lead root astray."""
    from platform_backends.elevation.exposure import writable_by_others

    if (part := writable_by_others(path)) is not None:
        raise UnsafeFile(
            f"Others than root can write {part}, so the helper changes nothing in it.", next_step
        )


#: The only stores that are changed with an administrator's rights: how their ids begin, and who finds one.
ALLOWED: dict[str, Callable[[str], Store | None]] = {
    "linux.ca-certificates": _ca_certificates,
    "linux.p11-kit": _p11_kit,
    "macos.system": _system_keychain,
    "firefox.policies": _firefox,
    "java.": _java,
    "windows.machine.": _windows,
    "windows.setting.": _setting,
    "tool.docker@": _registry,
    "tool.podman@": _registry,
}

#: Names of the user that Windows sets; without the second Wine has no random numbers.
_WHOSE = ("USERNAME", "WINEUSERNAME")


def main() -> int:
    """Read, check, do, answer. Exit code 0 when done (changed or not), 1 when refused or failed."""
    if sys.platform == "win32":
        return _through_pipe(*sys.argv[-2:])
    return _serve(lambda: sys.stdin.buffer.read(MAX_REQUEST + 1), sys.stdout.buffer)


def _through_pipe(name: str, sha256: str) -> int:
    """Without a pipe there is nobody to answer."""
    from platform_backends.elevation import pipe

    try:
        with pipe.served(name, sha256) as (request, answers):
            return _serve(lambda: request, answers)
    except (StoreError, OSError):
        return 1


def _serve(read: Callable[[], bytes], answers: BinaryIO) -> int:
    try:
        _clean_environment()
        signal.signal(signal.SIGINT, _stop_once)
        request = Request.from_json(read())
        answers.write(b"\n")  # from here on silence means that we were killed, not declined
        answers.flush()
        answer: dict[str, object] = {"changed": perform(request)}
    except StoreError as error:
        answer = describe(error)
    except KeyboardInterrupt:
        answer = describe(RefusedByUser("Stopped.", "The store is as it was before."))
    except Exception as error:  # an answer in any case; the caller shows it
        answer = describe(StoreError(f"The helper failed: {type(error).__name__}: {error}."))
    answers.write(json.dumps(answer).encode() + b"\n")
    answers.flush()
    return 0 if "changed" in answer else 1


def perform(request: Request) -> bool:
    """Check everything again, then do it; whether anything changed."""
    find = next((f for begin, f in ALLOWED.items() if request.store.startswith(begin)), None)
    if find is None:
        raise BadRequest(f"The helper does not change the store {request.store!r}.")
    if request.operation is Operation.ADD and is_setting(request.store):
        _check_document(request)
    elif request.operation is Operation.ADD:
        _check_certificate(request)
    elif request.der:
        raise BadRequest("A certificate was sent where only its SHA-256 belongs.")
    if not rights.is_administrator():
        raise RightsMissing("The helper was started without an administrator's rights.")
    store = find(request.store)
    if store is None:
        raise BadRequest(
            f"The helper finds no store {request.store!r} in the usual places.",
            "Run the command as root (for a Java, with JAVA_HOME set).",
        )
    match request.operation:
        case Operation.ADD:
            return store.add(request.der, request.trust)
        case Operation.REMOVE:
            return store.remove(request.sha256, force=request.force)
        case Operation.SET_TRUST:
            return store.set_trust(request.sha256, request.trust)


def describe(error: StoreError) -> dict[str, object]:
    """An error as the launcher reads it."""
    return {
        "error": type(error).__name__,
        "sentence": error.sentence,
        "next_step": error.next_step,
        "rolled_back": getattr(error, "rolled_back", True),
    }


def _check_certificate(request: Request) -> None:
    der = certificates.single(request.der)
    if der != request.der:
        raise NotACertificate("The certificate is not in DER form.", "Start again.")
    if hashlib.sha256(der).hexdigest() != request.sha256:
        raise BadRequest(
            "The certificate is not the one whose SHA-256 was confirmed.",
            "Nothing was changed. Start again, and compare the fingerprint.",
        )


def _check_document(request: Request) -> None:
    """What is set is a part of this program, and nothing that was sent."""
    from platform_backends import settings

    setting = settings.find(request.store)
    if setting is None or request.der != setting.document:
        raise BadRequest("The helper does not know this setting.")


def _stop_once(signum: int, frame: object) -> None:
    """Ctrl-C stops a change, which takes itself back; another one must not stop that, too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _clean_environment() -> None:
    if sys.platform == "win32":
        system = rights.system_folder()
        kept = {name: os.environ[name] for name in _WHOSE if name in os.environ}
        os.environ.clear()
        os.environ.update({"SYSTEMROOT": str(system.parent), "PATH": str(system)} | kept)
        os.chdir(system)
        return
    os.environ.clear()
    os.environ.update({"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"})
    os.umask(0o022)
    os.chdir("/")


if __name__ == "__main__":
    sys.exit(main())
