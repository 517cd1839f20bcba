"""One change, with whatever rights it needs."""

from __future__ import annotations

import json
from collections.abc import Mapping

from platform_backends import base
from platform_backends.base import Operation, Privilege, RightsMissing, Store, StoreError
from platform_backends.elevation import launcher
from platform_backends.elevation.request import BadRequest, Request

_ERRORS: Mapping[str, type[StoreError]] = {
    kind.__name__: kind
    for kind in (
        base.StoreUnavailable,
        base.NotACertificate,
        base.EntryNotFound,
        base.NotOurs,
        base.TrustNotSupported,
        base.RightsMissing,
        base.NotAllowed,
        base.RefusedByUser,
        base.UnsafeFile,
        BadRequest,
    )
}


def perform(store: Store, request: Request, *, command: str = "") -> bool:
    """Do the change on `store`; whether anything changed.

    Rights enough: directly. Otherwise through the helper: pkexec in a desktop session, sudo in a
    terminal, UAC on Windows. Raises what the store raises, `RefusedByUser`, and `RightsMissing` with `command`,
    which is what an administrator can run instead.
    """
    if store.privilege is Privilege.NONE:
        return _directly(store, request)
    missing = RightsMissing(
        f"Changing {store.title} needs an administrator's rights.",
        f"Run: {command}" if command else "Run the same command as an administrator.",
        command,
    )
    for way, program in launcher.ways():
        try:
            return _answer(launcher.launch(way, program, request.to_json()))
        except base.NotAllowed:
            raise
        except RightsMissing as error:
            missing = RightsMissing(error.sentence, missing.next_step, command)
    raise missing


def _directly(store: Store, request: Request) -> bool:
    match request.operation:
        case Operation.ADD:
            return store.add(request.der, request.trust)
        case Operation.REMOVE:
            return store.remove(request.sha256, force=request.force)
        case Operation.SET_TRUST:
            return store.set_trust(request.sha256, request.trust)


def _answer(launched: launcher.Launched) -> bool:
    try:
        data = json.loads(launched.output)
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, dict) and isinstance(data.get("changed"), bool) and launched.code == 0:
        return bool(data["changed"])
    if not isinstance(data, dict) or "error" not in data:
        raise base.WriteFailed(
            f"The helper ended with exit code {launched.code} and without an answer.",
            "Start the program again: it settles what was interrupted.",
            rolled_back=False,
        )
    raise _error(data)


def _error(data: Mapping[str, object]) -> StoreError:
    sentence, next_step = str(data.get("sentence", "")), str(data.get("next_step", ""))
    name = str(data["error"])
    if name == "WriteFailed":
        return base.WriteFailed(
            sentence, next_step, rolled_back=data.get("rolled_back") is not False
        )
    return _ERRORS.get(name, StoreError)(sentence, next_step)
