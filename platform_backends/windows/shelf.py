"""Reading and writing through crypt32, one certificate store at a time.

Reading, removing and changing go to one *physical* store (CERT_STORE_PROV_SYSTEM_REGISTRY_W), since
the logical stores of a user show the machine's certificates, too. Adding goes to the logical one,
as every Windows program does it: only there Windows asks its question for a user's root.

What is written is committed by force before contexts are freed and the store is closed: Windows has
then written it long before; Wine writes it then.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes.wintypes import DWORD
from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_backends import steps
from platform_backends.base import RefusedByUser, RightsMissing, StoreUnavailable, WriteFailed
from platform_backends.windows import crypt32 as api
from platform_backends.windows.element import Element

if TYPE_CHECKING:
    _Context = ctypes._Pointer[api.CERT_CONTEXT]

_READ = api.CERT_STORE_READONLY_FLAG | api.CERT_STORE_OPEN_EXISTING_FLAG
#: Nothing there: also what Wine says (no error at all) of locations that it has not.
_ABSENT = frozenset({0, api.ERROR_FILE_NOT_FOUND})


@dataclass(frozen=True)
class Shelf:
    """One store in one location."""

    location: int  # CERT_SYSTEM_STORE_...
    name: str  # as in the registry: Root, CA, ...

    def elements(self) -> tuple[Element, ...]:
        """Everything in this physical store. Raises `StoreUnavailable`."""
        with self._reading() as store:
            return tuple(_elements(store)) if store else ()

    def find(self, der: bytes) -> Element | None:
        """The entry of one certificate. Raises `StoreUnavailable`."""
        with self._reading() as store:
            context = _find(store, der) if store else None
            if context is None:
                return None
            try:
                return _element(context)
            finally:
                api.crypt32().CertFreeCertificateContext(context)

    def seen(self, der: bytes) -> bool:
        """Whether the logical store shows it: what a policy forbids is in the registry in vain."""
        flags = self.location | _READ
        with _opened(api.CERT_STORE_PROV_SYSTEM_W, flags, self.name) as store:
            context = _find(store, der) if store else None
            if context is not None:
                api.crypt32().CertFreeCertificateContext(context)
            return context is not None

    def add(self, element: Element) -> None:
        """Certificate and properties at once. Raises as `failure` says."""
        data = element.to_bytes()
        with _opened(api.CERT_STORE_PROV_SYSTEM_W, self.location, self.name) as store:
            if store is None:
                raise failure(api.last_error())
            if not _add(store, data, api.CERT_STORE_ADD_NEW):
                # The logical store of a user also finds what the machine has.
                if api.last_error() != api.CRYPT_E_EXISTS or self.find(element.der) is not None:
                    raise failure(api.last_error())
                if not _add(store, data, api.CERT_STORE_ADD_ALWAYS):
                    raise failure(api.last_error())
            steps.reached("added")
            _commit(store)
        steps.reached("closed")

    def remove(self, der: bytes) -> None:
        """Take it out of this physical store. Raises as `failure` says."""
        with self._writing() as store:
            context = _find(store, der)
            # the call frees the context, also when it fails
            if context is not None and not api.crypt32().CertDeleteCertificateFromStore(context):
                raise failure(api.last_error())
            steps.reached("deleted")
            _commit(store)
        steps.reached("closed")

    def set_property(self, der: bytes, number: int, data: bytes | None) -> None:
        """Set one property of an entry, or (None) take it away. Raises as `failure` says."""
        with self._writing() as store:
            context = _find(store, der)
            if context is None:
                raise WriteFailed("The certificate has just been removed by another program.")
            try:
                blob = None if data is None else ctypes.byref(_blob(data))
                if not api.crypt32().CertSetCertificateContextProperty(context, number, 0, blob):
                    raise failure(api.last_error())
                steps.reached("property set")
                _commit(store)
            finally:
                api.crypt32().CertFreeCertificateContext(context)
        steps.reached("closed")

    @contextmanager
    def _reading(self) -> Iterator[int | None]:
        """The open store; None when there is none."""
        flags = self.location | _READ
        with _opened(api.CERT_STORE_PROV_SYSTEM_REGISTRY_W, flags, self.name) as store:
            if store is None and api.win32_error(api.last_error()) not in _ABSENT:
                raise StoreUnavailable(
                    f"Windows does not let its store {self.name} be read "
                    f"(0x{api.last_error():08X}).",
                    "Ask an administrator of this machine.",
                )
            yield store

    @contextmanager
    def _writing(self) -> Iterator[int]:
        provider = api.CERT_STORE_PROV_SYSTEM_REGISTRY_W
        with _opened(provider, self.location, self.name) as store:
            if store is None:
                raise failure(api.last_error())
            yield store


def failure(code: int) -> Exception:
    """What an error of a change means to the user: `RefusedByUser`, `RightsMissing`, `WriteFailed`.

    No desktop to ask on counts as a no, with the same number (microsoft/Windows-Containers#506).
    """
    reason = api.win32_error(code)
    if reason == api.ERROR_CANCELLED:
        return RefusedByUser(
            "Windows asked whether to go on, and the answer was no (or there is no desktop to ask on).",
            "Nothing was changed. Try again and answer Yes, or use the store of the whole computer.",
        )
    if reason == api.ERROR_ACCESS_DENIED:
        return RightsMissing(
            "Windows does not let this user change the store.",
            "Run the command as an administrator.",
        )
    return WriteFailed(f"Windows could not change the store (0x{code:08X}).", "Try again.")


@contextmanager
def _opened(provider: int, flags: int, name: str) -> Iterator[int | None]:
    api.no_error()
    store = api.crypt32().CertOpenStore(provider, 0, None, flags, name)
    try:
        yield store
    finally:
        if store is not None:
            api.crypt32().CertCloseStore(store, 0)


def _add(store: int, data: bytes, disposition: int) -> bool:
    kind = api.CERT_STORE_CERTIFICATE_CONTEXT_FLAG
    return bool(
        api.crypt32().CertAddSerializedElementToStore(
            store, data, len(data), disposition, 0, kind, None, None
        )
    )


def _commit(store: int) -> None:
    """Raises `WriteFailed`. Where the provider writes at once the call may not be supported."""
    force = ctypes.byref(DWORD(1))
    done = api.crypt32().CertControlStore(
        store, api.CERT_STORE_CTRL_COMMIT_FORCE_FLAG, api.CERT_STORE_CTRL_COMMIT, force
    )
    if not done and api.win32_error(code := api.last_error()) != api.ERROR_NOT_SUPPORTED:
        raise failure(code)
    steps.reached("committed")


def _blob(data: bytes) -> api.DATA_BLOB:
    return api.DATA_BLOB(len(data), data)


def _find(store: int, der: bytes) -> _Context | None:
    """By SHA-1, which every Windows can, and then by every byte. The caller frees the context."""
    wanted = _blob(hashlib.sha1(der, usedforsecurity=False).digest())
    context: _Context = api.crypt32().CertFindCertificateInStore(
        store, api.X509_ASN_ENCODING, 0, api.CERT_FIND_SHA1_HASH, ctypes.byref(wanted), None
    )
    if not context:
        return None
    if _der(context) == der:
        return context
    api.crypt32().CertFreeCertificateContext(context)
    return None


def _elements(store: int) -> Iterator[Element]:
    library = api.crypt32()
    context = library.CertEnumCertificatesInStore(store, None)
    try:
        while context:
            yield _element(context)
            context = library.CertEnumCertificatesInStore(store, context)  # frees the earlier one
    finally:
        if context:
            library.CertFreeCertificateContext(context)


def _element(context: _Context) -> Element:
    serialize, size = api.crypt32().CertSerializeCertificateStoreElement, DWORD()
    done = serialize(context, 0, None, ctypes.byref(size))  # how much room it needs
    data = ctypes.create_string_buffer(size.value)
    if not done or not serialize(context, 0, data, ctypes.byref(size)):
        raise StoreUnavailable(
            f"Windows could not read an entry (0x{api.last_error():08X}).", "Try again."
        )
    return Element.from_bytes(data.raw[: size.value])


def _der(context: _Context) -> bytes:
    return ctypes.string_at(context.contents.pbCertEncoded, context.contents.cbCertEncoded)
