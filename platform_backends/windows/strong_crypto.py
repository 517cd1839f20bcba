"""Current versions of TLS for programs of the old .NET Framework, by Windows' registry.

The values and who heeds them: learn.microsoft.com/dotnet/framework/network-programming/tls,
"Configure security via the Windows Registry". Only keys that are there are written to: a .NET
Framework that is not installed needs none.

What was there before is kept where only an administrator can write, and before the first value is
written; a kill leaves some values of before and some of after, which either way can be completed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress

from platform_backends import rights, steps
from platform_backends.base import (
    Availability,
    Entry,
    EntryNotFound,
    NotACertificate,
    NotOurs,
    Operation,
    Origin,
    Privilege,
    Scope,
    StoreUnavailable,
    Trust,
    TrustNotSupported,
)
from platform_backends.windows import advapi32 as api
from platform_backends.windows import values
from platform_backends.windows.values import Raw
from platform_backends.windows.writing import writing

_FRAMEWORK = r"Microsoft\.NETFramework"
#: For programs of both widths (the second place is that of 32-bit programs on a 64-bit Windows).
_PLACES = (r"SOFTWARE", r"SOFTWARE\WOW6432Node")
_VERSIONS = ("v4.0.30319", "v2.0.50727")
_NAMES = ("SchUseStrongCrypto", "SystemDefaultTlsVersions")
KEYS = tuple(
    f"HKEY_LOCAL_MACHINE\\{place}\\{_FRAMEWORK}\\{one}" for place in _PLACES for one in _VERSIONS
)
_BEFORE = r"HKEY_LOCAL_MACHINE\Software\Trust Manager\Before\Settings"
_ON = values.number(1)
#: (key, name) -> the value; None: it is not there.
_Values = dict[tuple[str, str], Raw | None]


class StrongCrypto:
    """The setting; see `platform_backends.settings`."""

    id = "windows.setting.dotnet-strong-crypto"
    title = "Windows: settings of the .NET Framework (this computer)"
    scope = Scope.MACHINE
    programs: Sequence[str] = ("dotnet",)
    document = (
        b"Current versions of TLS for programs of the .NET Framework\n"
        b"SchUseStrongCrypto = 1, SystemDefaultTlsVersions = 1\n"
    )

    @property
    def privilege(self) -> Privilege:
        """None for an administrator."""
        return Privilege.NONE if rights.is_administrator() else Privilege.ADMINISTRATOR

    def availability(self) -> Availability:
        """Only where there is a .NET Framework."""
        try:
            there = bool(_now())
        except StoreUnavailable as error:
            return Availability(False, error.sentence, error.next_step)
        if there:
            return Availability(True)
        return Availability(False, "There is no .NET Framework of version 2 to 4 here.")

    def entries(self) -> Sequence[Entry]:
        """The document when every value is set; its origin says whether this program did it."""
        now = _now()
        if not now or any(data != _ON for data in now.values()):
            return ()
        origin = Origin.ADMINISTRATOR if _kept() is None else Origin.THIS_PROGRAM
        return (Entry(self.document, Trust(), origin, next(iter(now))[0]),)

    def effective_trust(self, wanted: Trust) -> Trust:
        """A setting trusts nobody."""
        return Trust()

    def suits(self, der: bytes) -> bool:
        """No certificate belongs here."""
        return False

    def preview(self, operation: Operation, der: bytes) -> Sequence[str]:
        """Every value that would be written: what it is now, and what it would be."""
        now = _now()
        goal = _back(now) if operation is Operation.REMOVE else dict.fromkeys(now, _ON)
        return tuple(
            f"{key}, value {name}: {_words(now[key, name])} -> {_words(raw)}"
            for (key, name), raw in goal.items()
            if raw != now[key, name]
        )

    def add(self, der: bytes, trust: Trust) -> bool:
        """Set every value."""
        if der != self.document:
            raise NotACertificate("Certificates do not belong into a setting.", "Start again.")
        with self._writing():
            now = _now()
            if not now:
                raise StoreUnavailable("There is no .NET Framework of version 2 to 4 here.")
            if all(data == _ON for data in now.values()):
                return False
            known = _kept() or {}
            # What is set may be ours, of a change that was interrupted; what is not, somebody has decided.
            _keep({p: known.get(p, raw) if raw == _ON else raw for p, raw in now.items()})
            self._set(dict.fromkeys(now, _ON), back=now)
        return True

    def remove(self, sha256: str, *, force: bool = False) -> bool:
        """Bring back what was there before; what somebody else has set since stays."""
        with self._writing():
            if _kept() is None:
                if self.entries():
                    raise NotOurs(
                        "This program did not set these values, so it does not know what was there before.",
                        "Ask an administrator of this computer.",
                    )
                return False
            now = _now()
            self._set(_back(now), back=now)
            _forget()
        return True

    def set_trust(self, sha256: str, trust: Trust) -> bool:
        """There is nothing between on and off."""
        if not self.entries():
            raise EntryNotFound("This is not set.", "Set it first.")
        if trust == Trust():
            return False
        raise TrustNotSupported("A setting has no trust.", "It can be set, and undone.")

    def _set(self, goal: Mapping[tuple[str, str], Raw | None], back: _Values) -> None:
        """All of them, or (by taking back what was written) none."""
        done: list[tuple[str, str]] = []
        try:
            for place, data in goal.items():
                done.append(place)
                _write(place, data)
        except OSError:
            for place in reversed(done):
                with suppress(OSError):
                    _write(place, back[place])
            raise

    def _writing(self) -> AbstractContextManager[None]:
        return writing(self.title, self.privilege, "windows.setting")


def _words(raw: Raw | None) -> str:
    if raw is None:
        return "not there"
    if raw.kind == api.REG_DWORD:
        return str(int.from_bytes(raw.data, "little"))
    return f"of another type ({raw.data.hex()})"


def _back(now: _Values) -> _Values:
    """What undo writes: what was there before, where nobody else has set something since."""
    return {place: raw for place, raw in (_kept() or {}).items() if now.get(place) == _ON}


# -- the registry ------------------------------------------------------------------------------


def _now() -> _Values:
    """The values of every key that is there. Raises `StoreUnavailable`."""
    try:
        there = [key for key in KEYS if values.exists(key)]
        return {(key, name): values.read(key, name) for key in there for name in _NAMES}
    except OSError as error:
        raise StoreUnavailable(f"The registry cannot be read: {error.strerror}.") from error


def _write(place: tuple[str, str], raw: Raw | None) -> None:
    values.write(*place, raw)
    steps.reached("value set")


def _kept() -> _Values | None:
    """What was there before this program set it; None: it did not. Raises `StoreUnavailable`."""
    try:
        raw = values.read(_BEFORE, StrongCrypto.id)
        return None if raw is None else dict(map(_place, json.loads(raw.data)))
    except (OSError, ValueError, TypeError) as error:
        raise StoreUnavailable(
            f"What was there before cannot be read: {error}.",
            f"Look at {_BEFORE} with regedit.",
        ) from error


def _place(row: tuple[str, str, int | None, str]) -> tuple[tuple[str, str], Raw | None]:
    key, name, kind, data = row
    return (key, name), None if kind is None else Raw(kind, bytes.fromhex(data))


def _keep(now: _Values) -> None:
    rows = [
        (*place, raw.kind, raw.data.hex()) if raw is not None else (*place, None, "")
        for place, raw in now.items()
    ]
    values.write(_BEFORE, StrongCrypto.id, Raw(api.REG_BINARY, json.dumps(rows).encode()))
    steps.reached("kept")


def _forget() -> None:
    values.write(_BEFORE, StrongCrypto.id, None)
