"""What Windows itself says of a chain: CertGetCertificateChain, then its policy for TLS servers.

An engine of its own is made for each question: the default one remembers the roots of a process.
Both answers count (status bits of the chain, and the policy's error): under Wine the policy lets a
chain pass whose issuer is missing.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ctypes import byref, c_void_p, sizeof
from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_backends.base import StoreUnavailable
from platform_backends.windows import crypt32 as api

if TYPE_CHECKING:
    _Context = ctypes._Pointer[api.CERT_CONTEXT]
    _Chain = ctypes._Pointer[api.CERT_CHAIN_CONTEXT]

_SERVER_AUTH = b"1.3.6.1.5.5.7.3.1"
#: Bits of the status that say that the path ends nowhere, or where Windows trusts nobody: not valid signature,
#: untrusted root, partial chain, explicit distrust (ns-wincrypt-cert_trust_status).
_ENDS_NOWHERE = 0x8 | 0x20 | 0x10000 | 0x4000000


@dataclass(frozen=True)
class Verdict:
    """`status`: bits CERT_TRUST_... of the whole chain; `policy`: 0 or an error such as
    CERT_E_CN_NO_MATCH; `path`: the certificates (DER) that Windows put together, leaf first."""

    status: int
    policy: int
    path: tuple[bytes, ...]

    @property
    def accepts(self) -> bool:
        """Whether nothing is wrong."""
        return self.status == 0 and self.policy == 0

    @property
    def root(self) -> bytes | None:
        """The authority (DER) that Windows trusts and the path ends in, whatever else is wrong with it."""
        return None if self.status & _ENDS_NOWHERE or not self.path else self.path[-1]


def judge(
    chain: Sequence[bytes], name: str, timeout: float, roots: Sequence[bytes] | None = None
) -> Verdict:
    """Whether Windows accepts a server's chain (DER, leaf first) for this name, now.

    `timeout`, in seconds, is for each list or certificate that Windows fetches by itself; `roots`
    (DER) replace the authorities that Windows trusts. Raises `StoreUnavailable` when it cannot answer.
    """
    milliseconds = int(timeout * 1000)
    with (
        _memory(chain[1:]) as others,
        _context(chain[0]) as leaf,
        _engine(milliseconds, roots) as engine,
    ):
        built = ctypes.POINTER(api.CERT_CHAIN_CONTEXT)()
        wanted = _server_auth(milliseconds)
        if not api.crypt32().CertGetCertificateChain(
            engine, leaf, None, others, byref(wanted), 0, None, byref(built)
        ):
            raise _cannot_tell()
        try:
            status = int(built.contents.TrustStatus.dwErrorStatus)
            return Verdict(status, _policy(built, name), tuple(_path(built)))
        finally:
            api.crypt32().CertFreeCertificateChain(built)


@contextmanager
def _memory(certificates: Sequence[bytes]) -> Iterator[int]:
    """A store in memory with the certificates that came along; what does not parse stays out."""
    library = api.crypt32()
    store = library.CertOpenStore(api.CERT_STORE_PROV_MEMORY, 0, None, 0, None)
    if store is None:
        raise _cannot_tell()
    try:
        for der in certificates:
            context = library.CertCreateCertificateContext(api.X509_ASN_ENCODING, der, len(der))
            if context:
                always = api.CERT_STORE_ADD_ALWAYS
                library.CertAddCertificateContextToStore(store, context, always, None)
                library.CertFreeCertificateContext(context)
        yield store
    finally:
        library.CertCloseStore(store, 0)


@contextmanager
def _context(der: bytes) -> Iterator[_Context]:
    library = api.crypt32()
    context = library.CertCreateCertificateContext(api.X509_ASN_ENCODING, der, len(der))
    if not context:
        raise _cannot_tell()
    try:
        yield context
    finally:
        library.CertFreeCertificateContext(context)


@contextmanager
def _engine(milliseconds: int, roots: Sequence[bytes] | None) -> Iterator[c_void_p]:
    config = api.CERT_CHAIN_ENGINE_CONFIG(sizeof(api.CERT_CHAIN_ENGINE_CONFIG))
    config.dwUrlRetrievalTimeout = milliseconds
    engine = c_void_p()
    with _memory(roots or ()) as exclusive:
        if roots is not None:
            config.hExclusiveRoot = exclusive
        if not api.crypt32().CertCreateCertificateChainEngine(byref(config), byref(engine)):
            raise _cannot_tell()
        try:
            yield engine
        finally:
            api.crypt32().CertFreeCertificateChainEngine(engine)


def _server_auth(milliseconds: int) -> api.CERT_CHAIN_PARA:
    usages = (ctypes.c_char_p * 1)(_SERVER_AUTH)
    wanted = api.CERT_CHAIN_PARA(sizeof(api.CERT_CHAIN_PARA))
    wanted.RequestedUsage = api.CERT_USAGE_MATCH(
        api.USAGE_MATCH_TYPE_AND, api.CERT_ENHKEY_USAGE(1, usages)
    )
    wanted.dwUrlRetrievalTimeout = milliseconds
    return wanted


def _policy(built: _Chain, name: str) -> int:
    """The call succeeds for bad chains, too: its answer is in the status."""
    server = api.SSL_EXTRA_CERT_CHAIN_POLICY_PARA(
        sizeof(api.SSL_EXTRA_CERT_CHAIN_POLICY_PARA), api.AUTHTYPE_SERVER, 0, name
    )
    asked = api.CERT_CHAIN_POLICY_PARA(sizeof(api.CERT_CHAIN_POLICY_PARA))
    asked.pvExtraPolicyPara = ctypes.cast(ctypes.pointer(server), c_void_p)
    answer = api.CERT_CHAIN_POLICY_STATUS(sizeof(api.CERT_CHAIN_POLICY_STATUS))
    if not api.crypt32().CertVerifyCertificateChainPolicy(
        api.CERT_CHAIN_POLICY_SSL, built, byref(asked), byref(answer)
    ):
        raise _cannot_tell()
    return int(answer.dwError)


def _path(built: _Chain) -> Iterator[bytes]:
    for at in range(built.contents.cChain):
        chain = built.contents.rgpChain[at].contents
        for place in range(chain.cElement):
            certificate = chain.rgpElement[place].contents.pCertContext.contents
            yield ctypes.string_at(certificate.pbCertEncoded, certificate.cbCertEncoded)


def _cannot_tell() -> StoreUnavailable:
    return StoreUnavailable(f"Windows could not judge the chain (0x{api.last_error():08X}).")
