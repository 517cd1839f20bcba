"""The connection's own failures, each named after what was observed."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.diagnose.case import Case
from trustmgr.evidence import Failure
from trustmgr.findings import Finding
from trustmgr.text import inert

#: Failure -> cause and sentence; `{host}` and `{port}` are filled in.
_CAUSES = {
    Failure.DNS: ("dns-failure", "The name {host} could not be found."),
    Failure.REFUSED: ("connection-refused", "Nothing listens at {host}, port {port}."),
    Failure.UNREACHABLE: ("timeout", "There is no way to {host} from this machine's network."),
    Failure.CONNECT_TIMEOUT: ("timeout", "{host} does not answer on port {port}."),
    Failure.HANDSHAKE_TIMEOUT: (
        "timeout",
        "{host} takes the connection on port {port} and then says nothing.",
    ),
    Failure.RESET: ("connection-reset", "{host} breaks the connection off in the middle."),
    Failure.CLOSED: ("connection-reset", "{host} closes the connection without answering."),
    Failure.PROXY: (
        "proxy-failure",
        "The proxy that this machine uses refuses to connect to {host}.",
    ),
    Failure.STARTTLS_REFUSED: (
        "handshake-failure",
        "{host} refuses to change to a secure connection.",
    ),
    Failure.PROTOCOL: ("handshake-failure", "The answer of {host} breaks the rules of TLS."),
    Failure.NO_SHARED_PROTOCOL: (
        "protocol-version",
        "{host} speaks no version of TLS that is in use today.",
    ),
}


def find(case: Case) -> Iterator[Finding]:
    """At most one finding; the special rules beside this one take what they explain better."""
    if case.evidence.dns_failure:
        yield _finding(case, Failure.DNS, case.evidence.dns_failure)
        return
    attempt = case.attempt
    if attempt is None or attempt.failure is None or attempt.client_certificate_requested:
        return
    if attempt.failure in _CAUSES:
        yield _finding(case, attempt.failure, attempt.failure_text)


def _finding(case: Case, failure: Failure, words: str) -> Finding:
    cause, sentence = _CAUSES[failure]
    target = case.evidence.target
    host, port = target.connect or (target.host or "", target.port or 0)
    tried = ", ".join(f"{a.address} port {a.port}" for a in case.evidence.attempts[:4])
    return case.finding(
        cause,
        sentence.format(host=inert(host), port=port),
        proof=" ".join(part for part in (f"Tried {tried}." if tried else "", inert(words)) if part),
    )
