"""Windows itself: what SChannel, and so Edge, .NET, PowerShell and Windows' curl, make of a site.

The chain comes from our own probe; CertGetCertificateChain and the policy for TLS servers judge it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trustmgr.clients.base import WINDOWS, Attempt, ClientResult

if TYPE_CHECKING:
    from platform_backends.windows.chain import Verdict
    from trustmgr.evidence import Evidence


class Schannel:
    """Asked through crypt32, in this process and with an engine of its own."""

    id = "windows.schannel"
    title = "Windows (SChannel)"

    def find(self) -> Path | None:
        """crypt32 itself; None elsewhere than on Windows."""
        if sys.platform != "win32":
            return None
        return Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "crypt32.dll")

    def store(self, environment: Mapping[str, str]) -> str:
        """A user's roots and the machine's; no variable replaces them."""
        return WINDOWS

    def try_(self, program: Path, attempt: Attempt) -> ClientResult:
        """Fetch what the site sends, and ask."""
        from platform_backends.base import StoreUnavailable
        from platform_backends.windows.chain import judge

        evidence = _seen(attempt)
        if not evidence.sent:
            return self._result(attempt, None, _no_chain(evidence))
        try:
            verdict = judge(evidence.sent, attempt.name, attempt.timeout, _roots(attempt))
        except StoreUnavailable as error:
            return self._result(attempt, None, error.sentence)
        return self._result(attempt, verdict.accepts, message(verdict))

    def _result(self, attempt: Attempt, accepts: bool | None, why: str) -> ClientResult:
        store = attempt.sandbox.store if attempt.sandbox else WINDOWS
        return ClientResult(self.id, self.title, accepts, why, store, _version())


def message(verdict: Verdict) -> str:
    """Each of Windows' reasons once, in words and by its name, which `trustmgr explain` knows."""
    if verdict.accepts:
        return "accepts the certificate"
    reasons = dict.fromkeys((*_of_status(verdict.status), *_of_policy(verdict.policy)))
    said: dict[str, list[str]] = {}
    for words, name in reasons:
        said.setdefault(words, []).append(name)
    return "; ".join(f"{words} ({', '.join(names)})" for words, names in said.items())


def _of_status(status: int) -> Iterator[tuple[str, str]]:
    for row in _rows("status"):
        if status & row["bits"]:
            yield row["says"], row["name"]
            status &= ~row["bits"]
    if status:
        yield "Windows refuses the chain", f"0x{status:08X}"


def _of_policy(error: int) -> Iterator[tuple[str, str]]:
    if not error:
        return
    for row in _rows("policy"):
        if error == row["code"]:
            yield row["says"], row["name"]
            return
    yield "Windows refuses the chain", f"0x{error:08X}"


def _rows(kind: str) -> list[dict[str, Any]]:
    import resources

    rows: list[dict[str, Any]] = resources.table("knowledge", "windows_chain.toml")[kind]
    return rows


def _seen(attempt: Attempt) -> Evidence:
    from trustmgr.options import InspectOptions
    from trustmgr.probe.collect import collect

    options = InspectOptions(timeout=attempt.timeout, network=False)
    return collect(attempt.target, options, (), attempt.progress)


def _no_chain(evidence: Evidence) -> str:
    from trustmgr.text import inert

    best = evidence.best_attempt
    words = best.failure_text if best else evidence.dns_failure
    return inert(f"the site sent no certificate: {words or 'no connection'}")


def _roots(attempt: Attempt) -> Sequence[bytes] | None:
    if attempt.sandbox is None:
        return None
    from platform_backends.certificates import all_in

    return all_in(attempt.sandbox.bundle.read_bytes())


def _version() -> str:
    if sys.platform != "win32":
        return ""
    version = sys.getwindowsversion()
    return f"{version.major}.{version.minor}.{version.build}"
