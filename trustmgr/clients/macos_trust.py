"""macOS itself: `security verify-cert` judges the chain that our own probe has fetched.

What Safari, Mail and every program on URLSession or Network.framework go by. It connects to nobody.
"""

from __future__ import annotations

import platform
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from trustmgr.clients.base import Attempt, ClientResult, environment
from trustmgr.clients.process import Ran, run
from trustmgr.text import inert

if TYPE_CHECKING:
    from trustmgr.evidence import Evidence

#: Seconds for macOS to judge; it asks nobody (-L).
_PATIENCE = 15.0
_RESULT = re.compile(r"(?:Cert Verify Result|SecTrustEvaluate result): *(\S+)")
#: What -v puts in brackets for each reason; never translated (SecPolicyChecks.list of Apple's sources).
_REASON = re.compile(r"\[([A-Z][A-Za-z]{3,40})\]")
_WORDS = {
    "CSSMERR_TP_NOT_TRUSTED": "it leads to no authority that this Mac trusts",
    "CSSMERR_TP_CERT_EXPIRED": "a certificate has expired",
    "CSSMERR_TP_CERT_NOT_VALID_YET": "a certificate is not valid yet",
    "CSSMERR_APPLETP_HOSTNAME_MISMATCH": "it is for another name",
    "kSecTrustResultDeny": "the trust settings of this Mac distrust it",
    "AnchorTrusted": "it leads to no authority that this Mac trusts",
    "MissingIntermediate": "a certificate between the site's and the authority's is missing",
    "TemporalValidity": "a certificate has expired or is not valid yet",
    "SSLHostname": "it is for another name",
    "ExtendedKeyUsage": "it is not meant for servers",
    "ServerAuthEKU": "it does not say that it is meant for servers",
    "ValidityPeriodMaximums": "it is valid for longer than macOS accepts (825 days, 398 from public authorities)",
    "KeySize": "a key is too short",
    "SignatureHashAlgorithms": "a signature is too weak",
    "Revocation": "a certificate was called back",
    "BlackListedLeaf": "Apple has blocked it",
    "BlackListedKey": "Apple has blocked its key",
    "CTRequired": "it is not in the public logs",
    "NameConstraints": "its authority may not issue for this name",
    "BasicConstraints": "one that is no authority has issued a certificate",
    "DenyTrustSettings": "the trust settings of this Mac distrust it",
}


class MacosTrust:
    """`security verify-cert` with the policy for TLS servers."""

    id = "macos.trust"
    title = "macOS"

    def find(self) -> Path | None:
        """It is a part of macOS."""
        from platform_backends.macos.places import SECURITY

        return SECURITY if SECURITY.exists() else None

    def store(self, environment: Mapping[str, str]) -> str:
        """All three; no variable changes that."""
        return "macos.login + macos.system + macos.roots"

    def try_(self, program: Path, attempt: Attempt) -> ClientResult:
        """Fetch the chain, then ask."""
        store = attempt.sandbox.store if attempt.sandbox else self.store({})
        seen = _look(attempt)
        if not seen.sent:
            return ClientResult(self.id, self.title, None, _why_not(seen), store)
        with tempfile.TemporaryDirectory(prefix="trustmgr-macos-") as folder:
            command = _command(program, attempt, seen.sent, Path(folder))
            ran = run(command, _PATIENCE, attempt.progress, environment())
            accepts, message = _judge(ran)
            if accepts is False:
                more = run((*command, "-v"), _PATIENCE, attempt.progress, environment())
                message = _because(more, message)
        version = inert(platform.mac_ver()[0])
        return ClientResult(self.id, self.title, accepts, message, store, version, command)


def _look(attempt: Attempt) -> Evidence:
    from datetime import UTC, datetime

    from trustmgr.evidence import Evidence
    from trustmgr.options import InspectOptions
    from trustmgr.probe import blocking
    from trustmgr.probe.connect import connect

    now = datetime.now(UTC)
    evidence = Evidence(attempt.target, now, now)
    options = InspectOptions(timeout=attempt.timeout)
    return blocking.run(connect(evidence, options, attempt.progress))


def _why_not(seen: Evidence) -> str:
    best = seen.best_attempt
    said = seen.dns_failure or (best.failure_text if best else "")
    return inert(f"the site showed no certificate: {said or 'no answer'}")


def _command(
    program: Path, attempt: Attempt, sent: Sequence[bytes], folder: Path
) -> tuple[str, ...]:
    """The leaf first. `-r` replaces the anchors of this Mac, `-L` keeps it off the network."""
    from platform_backends.certificates import all_in

    words = [str(program), "verify-cert"]
    for number, der in enumerate(sent):
        words += ["-c", _laid_down(folder, f"sent-{number}.cer", der)]
    if attempt.sandbox:
        for number, der in enumerate(all_in(attempt.sandbox.bundle.read_bytes())):
            words += ["-r", _laid_down(folder, f"anchor-{number}.cer", der)]
    return (*words, "-p", "ssl", "-n", attempt.name, "-L")


def _laid_down(folder: Path, name: str, der: bytes) -> str:
    path = folder / name
    path.write_bytes(der)
    return str(path)


def _judge(ran: Ran) -> tuple[bool | None, str]:
    if ran.code == 0:
        return True, "accepts the certificate"
    refused = _RESULT.search(f"{ran.err}\n{ran.out}")
    if ran.code == 1 and refused:
        return False, _worded(refused[1])
    if ran.code is None:
        return None, "no answer in time"
    lines = [line for line in ran.err.splitlines() if line.strip()]
    return None, inert(lines[-1]) if lines else f"security ended with {ran.code}"


def _because(ran: Ran, otherwise: str) -> str:
    """The reasons that -v names; where it names none, what was said without."""
    named = dict.fromkeys(_REASON.findall(f"{ran.out}\n{ran.err}"))
    known = dict.fromkeys(_worded(name) for name in named if name in _WORDS)
    return "; ".join(known) or otherwise


def _worded(code: str) -> str:
    code = inert(code.rstrip("."))
    return f"{_WORDS[code]} ({code})" if code in _WORDS else code
