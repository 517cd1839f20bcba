"""The stores themselves: what is in them, and how it is added, taken out, narrowed and distrusted.

One certificate is one value of the registry, certificate and properties together, so a kill leaves
the entry of before or of after, and there is nothing to settle. Distrust is an entry in the store
Disallowed of the same location: what is distrusted stays in its own store as it was, and taking the
distrust back brings back exactly that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import PureWindowsPath

from platform_backends import certificates, rights
from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Availability,
    Decision,
    Entry,
    EntryNotFound,
    NotOurs,
    Operation,
    Origin,
    Privilege,
    Purpose,
    Scope,
    StoreError,
    Trust,
    TrustNotSupported,
    WriteFailed,
)
from platform_backends.windows import kinds, registry, usage
from platform_backends.windows.crypt32 import CERT_ENHKEY_USAGE_PROP_ID
from platform_backends.windows.element import Element, made_by_us
from platform_backends.windows.places import Kind, Part, Place
from platform_backends.windows.shipped import is_shipped
from platform_backends.windows.usage import DISTRUSTED
from platform_backends.windows.writing import writing

#: Seconds for Windows to fetch an authority.
_PATIENCE = 5.0


class WindowsStore:
    """One of Windows' certificate stores, of this user or of the whole computer."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.id = place.id
        self.title = place.title
        self.scope = place.scope

    @property
    def authorities(self) -> bool:
        """Whether programs take what is in it for authorities."""
        return self.place.kind is Kind.ROOT

    @property
    def rejects(self) -> bool:
        """Whether it is for distrust alone."""
        return self.place.kind is Kind.DISALLOWED

    @property
    def privilege(self) -> Privilege:
        """None for the user's own, and for an administrator."""
        if self.scope is Scope.USER or rights.is_administrator():
            return Privilege.NONE
        return Privilege.ADMINISTRATOR

    def availability(self) -> Availability:
        """Always available; the reason says when a policy makes it useless."""
        if self.place.kind is not Kind.ROOT or self.scope is not Scope.USER:
            return Availability(True)
        if registry.users_may_have_roots():
            return Availability(True)
        return Availability(
            True,
            "A policy of this computer says that roots of single users do not count.",
            "Use the store of the whole computer: windows.machine.root.",
        )

    def entries(self) -> Sequence[Entry]:
        """Every entry of every physical store; distrusted ones say so, wherever the distrust is kept."""
        bad = self._distrusted()
        return tuple(
            Entry(
                element.der,
                DISTRUSTED if element.sha256 in bad else self._trust(element),
                _origin(part, element),
                part.location(element.der),
            )
            for part in self.place.parts()
            for element in part.shelf.elements()
        )

    def on_demand(self, chain: Sequence[bytes]) -> Sequence[Entry]:
        """The public authority that Windows fetches for a chain from Microsoft's list, as for any program."""
        if self.place != Place(Kind.ROOT, Scope.MACHINE):
            return ()
        from platform_backends.windows.chain import judge

        root = judge(chain, "", _PATIENCE).root
        if root is None:
            return ()
        return (Entry(root, SERVER_AUTH_ONLY, Origin.VENDOR, "Microsoft's list"),)

    def effective_trust(self, wanted: Trust) -> Trust:
        """The wish, as far as this kind of store can have it; intermediates are never trusted by
        themselves."""
        if wanted == Trust() and self.place.kind is Kind.CA:
            return wanted
        effective = usage.effective(wanted)
        match self.place.kind:
            case Kind.MY:
                raise _not_changed()
            case Kind.DISALLOWED if effective != DISTRUSTED:
                raise TrustNotSupported(
                    "This store holds what is distrusted.",
                    "To trust a certificate again, remove it from here: trustmgr remove.",
                )
            case Kind.CA if effective != DISTRUSTED:
                return Trust()
        return effective

    def suits(self, der: bytes) -> bool:
        """Whether this kind of certificate belongs here."""
        return self.place.kind is kinds.shelf_of(der)

    def preview(self, operation: Operation, der: bytes) -> Sequence[str]:
        """The key of the registry, and Windows' own question for a user's root."""
        location = self.place.own.location(der)
        lines = {
            Operation.ADD: f"Write {location}",
            Operation.REMOVE: f"Remove {location}",
            Operation.SET_TRUST: f"Change {location}, or its copy in the store Disallowed",
        }
        asks = self.place.kind is Kind.ROOT and self.scope is Scope.USER
        if not asks or operation is Operation.SET_TRUST:
            return (lines[operation],)
        thumbprint = PureWindowsPath(location).name
        return (
            lines[operation],
            "Windows asks for your consent first, in a window of its own that names the thumbprint "
            f"(SHA-1) {thumbprint}: answer Yes. No leaves everything as it is",
        )

    def add(self, der: bytes, trust: Trust) -> bool:
        """One marked entry; or what our own removal took away."""
        der = certificates.single(der)
        effective = self.effective_trust(trust)
        kinds.refuse_wrong(self.place, der)
        sha256 = hashlib.sha256(der).hexdigest()
        with self._writing():
            held = [entry for entry in self.entries() if entry.der == der]
            if held:
                return self._already(held, effective)
            if self.place.kind is not Kind.DISALLOWED and effective == DISTRUSTED:
                self._distrust(der)
            self._put(der, effective)
        registry.forget(self.place, effective, sha256)
        return True

    def remove(self, sha256: str, *, force: bool = False) -> bool:
        """Take our entry out; with `force`, also one that a user or an administrator put there."""
        self._require_changeable()
        with self._writing():
            held = [entry for entry in self.entries() if entry.sha256 == sha256]
            if not held:
                return False
            element = self.place.own.shelf.find(held[0].der)
            if element is None or held[0].origin is Origin.VENDOR:
                raise NotOurs(
                    f"This certificate came with Windows or by a policy ({held[0].location}).",
                    "Windows needs it, or would bring it back. Distrust it instead: trustmgr distrust SHA256",
                )
            if not element.ours and not force:
                raise NotOurs(
                    f"This program did not add {held[0].location}.",
                    "Use force to remove it all the same.",
                )
            if not element.ours:
                registry.remember(self.place, held[0].trust, element)
            self.place.own.shelf.remove(element.der)
        return True

    def set_trust(self, sha256: str, trust: Trust) -> bool:
        """Narrow or widen an entry, distrust it, or take our distrust back."""
        self._require_changeable()
        goal = trust if trust == Trust() else self.effective_trust(trust)
        with self._writing():
            entry = next((e for e in self.entries() if e.sha256 == sha256), None)
            if entry is None:
                raise EntryNotFound(f"{self.title} holds no such certificate.", "Import it first.")
            if entry.trust == goal:
                return False
            if goal == DISTRUSTED:
                self._distrust(entry.der)
            else:
                self._change(entry, goal)
        return True

    # -- below: within the lock -------------------------------------------------------------

    def _writing(self) -> AbstractContextManager[None]:
        return writing(self.title, self.privilege, f"windows.{self.scope.value}")

    def _trust(self, element: Element) -> Trust:
        match self.place.kind:
            case Kind.DISALLOWED:
                return DISTRUSTED
            case Kind.CA | Kind.MY:
                return Trust()
        return usage.decode(element.usage)

    def _distrusted(self) -> set[str]:
        """SHA-256 of what is in Disallowed; a user also minds what the machine distrusts."""
        if self.place.kind is Kind.DISALLOWED:
            return set()
        found = {self.place.disallowed, Place(Kind.DISALLOWED, Scope.MACHINE)}
        parts = [part for place in found for part in place.parts()]
        return {element.sha256 for part in parts for element in part.shelf.elements()}

    def _already(self, held: Sequence[Entry], wanted: Trust) -> bool:
        """What is there is enough, and False; or it has to be changed as what it is."""
        now = held[0].trust
        if all(
            now.decision(purpose) is wanted.decision(purpose)
            for purpose in Purpose
            if wanted.decision(purpose) is not Decision.UNSPECIFIED
        ):
            return False
        if held[0].origin is not Origin.THIS_PROGRAM:
            raise TrustNotSupported(
                f"{held[0].location} is there already, with another trust.",
                "Change its trust instead of adding it.",
            )
        self._change(held[0], wanted)
        return True

    def _put(self, der: bytes, trust: Trust) -> None:
        sha256 = hashlib.sha256(der).hexdigest()
        kept = registry.remembered(self.place, trust, sha256)
        narrowed = trust if trust != DISTRUSTED else usage.EVERYTHING
        plain = self.place.kind in {Kind.CA, Kind.DISALLOWED}
        element = kept or made_by_us(der, None if plain else usage.encode(narrowed))
        shelf = self.place.own.shelf
        shelf.add(element)
        if not shelf.seen(der):
            shelf.remove(der)
            raise WriteFailed(
                f"Windows did not accept the certificate into {self.title}: a policy forbids it.",
                "Ask an administrator of this machine.",
            )

    def _distrust(self, der: bytes) -> None:
        shelf = self.place.disallowed.own.shelf
        if shelf.find(der) is None:
            shelf.add(made_by_us(der, None))

    def _require_our_distrust(self, entry: Entry) -> None:
        copy = self.place.disallowed.own.shelf.find(entry.der)
        if copy is None or not copy.ours:
            raise NotOurs(
                "An administrator or a policy of this computer distrusts this certificate.",
                f"Ask why. If it is yours to decide: trustmgr remove {entry.sha256} --force "
                f"--store {self.place.disallowed.id}",
            )

    def _change(self, entry: Entry, goal: Trust) -> None:
        """From distrust, or from other usages: what cannot be had is said before anything is done."""
        element = self._element(entry.der)
        own = self.place.own.shelf.find(entry.der)
        if own is None and self._trust(element) != goal:
            raise TrustNotSupported(
                "What came with Windows or by a policy can be distrusted, not changed.",
                "Distrust it: trustmgr distrust SHA256",
            )
        if entry.trust == DISTRUSTED:
            self._require_our_distrust(entry)
        if own is not None and self._trust(own) != goal:
            self._narrow(own, goal)
        if (
            entry.trust == DISTRUSTED
        ):  # last, so that a kill never leaves more trust than was asked for
            self.place.disallowed.own.shelf.remove(entry.der)

    def _narrow(self, element: Element, goal: Trust) -> None:
        """Change the usages; those that this program could not make again are remembered."""
        now = self._trust(element)
        if element.usage != usage.encode(now):
            registry.remember(self.place, now, element)
        kept = registry.remembered(self.place, goal, element.sha256)
        data = usage.encode(goal) if kept is None else kept.usage
        self.place.own.shelf.set_property(element.der, CERT_ENHKEY_USAGE_PROP_ID, data)
        registry.forget(self.place, goal, element.sha256)

    def _element(self, der: bytes) -> Element:
        """The first that holds it: our own physical store, or another."""
        found = (part.shelf.find(der) for part in self.place.parts())
        element = next(filter(None, found), None)
        if element is None:
            raise WriteFailed("Another program has just removed the certificate.", "Try again.")
        return element

    def _require_changeable(self) -> None:
        if self.place.kind is Kind.MY:
            raise _not_changed()


def _origin(part: Part, element: Element) -> Origin:
    if part.own and element.ours:
        return Origin.THIS_PROGRAM
    return Origin.VENDOR if is_shipped(element.der) else part.origin


def _not_changed() -> StoreError:
    return TrustNotSupported(
        "Personal certificates belong to keys; this program only shows them.",
        "Open certmgr.msc to change them.",
    )
