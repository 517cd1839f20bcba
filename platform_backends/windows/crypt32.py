"""crypt32 as ctypes sees it: declarations and nothing else.

Names and values are those of wincrypt.h (learn.microsoft.com/windows/win32/api/wincrypt). The module
can be imported anywhere; the DLL is loaded by `crypt32`, on Windows alone.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Mapping
from ctypes import POINTER, Structure, c_char_p, c_void_p, c_wchar_p
from ctypes.wintypes import BOOL, DWORD, FILETIME, LONG, LPVOID
from functools import cache
from typing import Any

X509_ASN_ENCODING = 0x1

# CertOpenStore: providers and flags
CERT_STORE_PROV_MEMORY = 2
CERT_STORE_PROV_SYSTEM_W = 10
CERT_STORE_PROV_SYSTEM_REGISTRY_W = 13
CERT_STORE_OPEN_EXISTING_FLAG = 0x4000
CERT_STORE_READONLY_FLAG = 0x8000
CERT_SYSTEM_STORE_CURRENT_USER = 1 << 16
CERT_SYSTEM_STORE_LOCAL_MACHINE = 2 << 16
CERT_SYSTEM_STORE_CURRENT_USER_GROUP_POLICY = 7 << 16
CERT_SYSTEM_STORE_LOCAL_MACHINE_GROUP_POLICY = 8 << 16
CERT_SYSTEM_STORE_LOCAL_MACHINE_ENTERPRISE = 9 << 16

# CertControlStore
CERT_STORE_CTRL_COMMIT = 3
CERT_STORE_CTRL_COMMIT_FORCE_FLAG = 0x1

# Adding and finding
CERT_STORE_ADD_NEW = 1
CERT_STORE_ADD_ALWAYS = 4
CERT_STORE_CERTIFICATE_CONTEXT_FLAG = 1 << 1
CERT_FIND_SHA1_HASH = 1 << 16

# Properties of an entry
CERT_ENHKEY_USAGE_PROP_ID = 9
CERT_FRIENDLY_NAME_PROP_ID = 11
CERT_DESCRIPTION_PROP_ID = 13
CERT_CERT_PROP_ID = 32  # in a serialised element: the certificate itself, the last record

# Chains
USAGE_MATCH_TYPE_AND = 0
CERT_CHAIN_POLICY_SSL = 4
AUTHTYPE_SERVER = 2

# Errors (winerror.h). Win32 errors also come as HRESULT: 0x80070000 + error.
ERROR_FILE_NOT_FOUND = 2
ERROR_ACCESS_DENIED = 5
ERROR_NOT_SUPPORTED = 50
ERROR_CANCELLED = 1223
HRESULT_OF_WIN32 = 0x80070000
CRYPT_E_EXISTS = 0x80092005


class DATA_BLOB(Structure):  # noqa: N801 -- as wincrypt.h names it; so below
    """CRYPT_DATA_BLOB."""

    _fields_ = (("cbData", DWORD), ("pbData", c_char_p))


class CERT_CONTEXT(Structure):  # noqa: N801
    """One certificate of an open store."""

    _fields_ = (
        ("dwCertEncodingType", DWORD),
        ("pbCertEncoded", c_void_p),
        ("cbCertEncoded", DWORD),
        ("pCertInfo", c_void_p),
        ("hCertStore", c_void_p),
    )


class CERT_ENHKEY_USAGE(Structure):  # noqa: N801
    """Object identifiers of usages, as text."""

    _fields_ = (("cUsageIdentifier", DWORD), ("rgpszUsageIdentifier", POINTER(c_char_p)))


class CERT_USAGE_MATCH(Structure):  # noqa: N801
    """Which usages a chain must have."""

    _fields_ = (("dwType", DWORD), ("Usage", CERT_ENHKEY_USAGE))


class CERT_CHAIN_PARA(Structure):  # noqa: N801
    """What is asked of a chain. Times are in milliseconds."""

    _fields_ = (
        ("cbSize", DWORD),
        ("RequestedUsage", CERT_USAGE_MATCH),
        ("RequestedIssuancePolicy", CERT_USAGE_MATCH),
        ("dwUrlRetrievalTimeout", DWORD),
        ("fCheckRevocationFreshnessTime", BOOL),
        ("dwRevocationFreshnessTime", DWORD),
        ("pftCacheResync", POINTER(FILETIME)),
        ("pStrongSignPara", c_void_p),
        ("dwStrongSignFlags", DWORD),
    )


class CERT_TRUST_STATUS(Structure):  # noqa: N801
    """Bits CERT_TRUST_IS_..., CERT_TRUST_HAS_..."""

    _fields_ = (("dwErrorStatus", DWORD), ("dwInfoStatus", DWORD))


class CERT_CHAIN_ELEMENT(Structure):  # noqa: N801
    """One certificate of a built chain."""

    _fields_ = (
        ("cbSize", DWORD),
        ("pCertContext", POINTER(CERT_CONTEXT)),
        ("TrustStatus", CERT_TRUST_STATUS),
        ("pRevocationInfo", c_void_p),
        ("pIssuanceUsage", c_void_p),
        ("pApplicationUsage", c_void_p),
        ("pwszExtendedErrorInfo", c_wchar_p),
    )


class CERT_SIMPLE_CHAIN(Structure):  # noqa: N801
    """From a certificate to one that is its own issuer, or as far as it went."""

    _fields_ = (
        ("cbSize", DWORD),
        ("TrustStatus", CERT_TRUST_STATUS),
        ("cElement", DWORD),
        ("rgpElement", POINTER(POINTER(CERT_CHAIN_ELEMENT))),
        ("pTrustListInfo", c_void_p),
        ("fHasRevocationFreshnessTime", BOOL),
        ("dwRevocationFreshnessTime", DWORD),
    )


class CERT_CHAIN_CONTEXT(Structure):  # noqa: N801
    """What CertGetCertificateChain built."""

    _fields_ = (
        ("cbSize", DWORD),
        ("TrustStatus", CERT_TRUST_STATUS),
        ("cChain", DWORD),
        ("rgpChain", POINTER(POINTER(CERT_SIMPLE_CHAIN))),
        ("cLowerQualityChainContext", DWORD),
        ("rgpLowerQualityChainContext", c_void_p),
        ("fHasRevocationFreshnessTime", BOOL),
        ("dwRevocationFreshnessTime", DWORD),
        ("dwCreateFlags", DWORD),
        ("ChainId", ctypes.c_ubyte * 16),
    )


class CERT_CHAIN_ENGINE_CONFIG(Structure):  # noqa: N801
    """Up to Windows 7's fields: what follows (dwExclusiveFlags) is optional, and refused by Wine."""

    _fields_ = (
        ("cbSize", DWORD),
        ("hRestrictedRoot", c_void_p),
        ("hRestrictedTrust", c_void_p),
        ("hRestrictedOther", c_void_p),
        ("cAdditionalStore", DWORD),
        ("rghAdditionalStore", c_void_p),
        ("dwFlags", DWORD),
        ("dwUrlRetrievalTimeout", DWORD),
        ("MaximumCachedCertificates", DWORD),
        ("CycleDetectionModulus", DWORD),
        ("hExclusiveRoot", c_void_p),
        ("hExclusiveTrustedPeople", c_void_p),
    )


class SSL_EXTRA_CERT_CHAIN_POLICY_PARA(Structure):  # noqa: N801
    """For whom a chain is checked; also called HTTPSPolicyCallbackData."""

    _fields_ = (
        ("cbSize", DWORD),
        ("dwAuthType", DWORD),
        ("fdwChecks", DWORD),
        ("pwszServerName", c_wchar_p),
    )


class CERT_CHAIN_POLICY_PARA(Structure):  # noqa: N801
    """Flags and the structure above."""

    _fields_ = (("cbSize", DWORD), ("dwFlags", DWORD), ("pvExtraPolicyPara", c_void_p))


class CERT_CHAIN_POLICY_STATUS(Structure):  # noqa: N801
    """`dwError` is the answer; the call itself succeeds for bad chains, too."""

    _fields_ = (
        ("cbSize", DWORD),
        ("dwError", DWORD),
        ("lChainIndex", LONG),
        ("lElementIndex", LONG),
        ("pvExtraPolicyStatus", c_void_p),
    )


_STORE = c_void_p
_CONTEXT = POINTER(CERT_CONTEXT)
_CHAIN = POINTER(CERT_CHAIN_CONTEXT)

#: Name -> result, arguments.
_FUNCTIONS: Mapping[str, tuple[Any, tuple[Any, ...]]] = {
    "CertOpenStore": (_STORE, (c_void_p, DWORD, c_void_p, DWORD, c_wchar_p)),
    "CertCloseStore": (BOOL, (_STORE, DWORD)),
    "CertControlStore": (BOOL, (_STORE, DWORD, DWORD, c_void_p)),
    "CertEnumCertificatesInStore": (_CONTEXT, (_STORE, _CONTEXT)),
    "CertFindCertificateInStore": (
        _CONTEXT,
        (_STORE, DWORD, DWORD, DWORD, POINTER(DATA_BLOB), _CONTEXT),
    ),
    "CertFreeCertificateContext": (BOOL, (_CONTEXT,)),
    "CertCreateCertificateContext": (_CONTEXT, (DWORD, c_char_p, DWORD)),
    "CertAddCertificateContextToStore": (BOOL, (_STORE, _CONTEXT, DWORD, c_void_p)),
    "CertAddSerializedElementToStore": (
        BOOL,
        (_STORE, c_char_p, DWORD, DWORD, DWORD, DWORD, c_void_p, c_void_p),
    ),
    "CertSerializeCertificateStoreElement": (BOOL, (_CONTEXT, DWORD, c_void_p, POINTER(DWORD))),
    "CertDeleteCertificateFromStore": (BOOL, (_CONTEXT,)),
    "CertSetCertificateContextProperty": (BOOL, (_CONTEXT, DWORD, DWORD, c_void_p)),
    "CertCreateCertificateChainEngine": (
        BOOL,
        (POINTER(CERT_CHAIN_ENGINE_CONFIG), POINTER(c_void_p)),
    ),
    "CertFreeCertificateChainEngine": (None, (c_void_p,)),
    "CertGetCertificateChain": (
        BOOL,
        (
            c_void_p,
            _CONTEXT,
            POINTER(FILETIME),
            _STORE,
            POINTER(CERT_CHAIN_PARA),
            DWORD,
            LPVOID,
            POINTER(_CHAIN),
        ),
    ),
    "CertFreeCertificateChain": (None, (_CHAIN,)),
    "CertVerifyCertificateChainPolicy": (
        BOOL,
        (c_void_p, _CHAIN, POINTER(CERT_CHAIN_POLICY_PARA), POINTER(CERT_CHAIN_POLICY_STATUS)),
    ),
}


@cache
def crypt32() -> ctypes.CDLL:
    """The DLL with its functions declared. Raises ``OSError`` elsewhere than on Windows."""
    if sys.platform != "win32":
        raise OSError("crypt32 is a part of Windows")
    library = ctypes.WinDLL("crypt32", use_last_error=True)
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def last_error() -> int:
    """What GetLastError said after the last call that failed; unsigned, 0 when it said nothing."""
    if sys.platform != "win32":
        raise OSError("GetLastError is a part of Windows")
    return ctypes.get_last_error() & 0xFFFFFFFF


def no_error() -> None:
    """Forget what GetLastError said: Wine fails at times without saying why."""
    if sys.platform == "win32":
        ctypes.set_last_error(0)


def win32_error(code: int) -> int:
    """The Win32 error inside an HRESULT of that kind, anything else as it is."""
    return code - HRESULT_OF_WIN32 if code & 0xFFFF0000 == HRESULT_OF_WIN32 else code
