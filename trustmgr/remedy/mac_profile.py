"""One root for many Macs: the configuration profile, after the same checks as an import."""

from __future__ import annotations

from collections.abc import Sequence

from platform_backends.macos import profile as mobileconfig
from trustmgr.certificate import Certificate
from trustmgr.errors import UsageError
from trustmgr.remedy import warnings
from trustmgr.text import inert


def profile(certificates: Sequence[bytes]) -> bytes:
    """The file (a property list). Changes nothing on this machine.

    Raises `UnreadableInput`, `KnownBadCertificate`, `WeakCertificate`, and `UsageError` for what is no root.
    """
    return mobileconfig.profile([_root(warnings.parse(der)) for der in dict.fromkeys(certificates)])


def _root(certificate: Certificate) -> mobileconfig.Root:
    warnings.refuse_known_bad(certificate)
    warnings.refuse_weak(certificate)
    if not (certificate.is_ca and certificate.self_issued):
        raise UsageError(
            f"“{certificate.title}” is no root authority, and a profile makes only those trusted.",
            "Name the file of the authority at the end of the chain.",
        )
    return mobileconfig.Root(certificate.der, inert(certificate.title, 100))
