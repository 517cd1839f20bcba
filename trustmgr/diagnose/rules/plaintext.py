"""`not-tls` and `starttls-required`: the peer speaks, but not TLS."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trustmgr.diagnose.case import Case
from trustmgr.diagnose.rules.captive_portal import proof_of_portal
from trustmgr.evidence import Failure
from trustmgr.findings import Finding
from trustmgr.text import inert

#: First bytes of protocols that begin in plain text and can change to TLS.
_STARTTLS = (
    (re.compile(rb"220[ -]"), "a mail or file server (SMTP or FTP)"),
    (re.compile(rb"\* OK"), "a mail server (IMAP)"),
    (re.compile(rb"\+OK"), "a mail server (POP3)"),
    # length of the packet, its number 0, protocol version 10, the server's version as text
    (re.compile(rb"..\0\0\n[0-9][ -~]*\0", re.DOTALL), "a database server (MySQL or MariaDB)"),
    (re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<(?:stream:|/stream)"), "a chat server (XMPP)"),
)
_SHOWN = 24  # bytes of an answer that is no text
#: First bytes of protocols that have nothing to do with TLS.
_OTHERS = (
    (b"HTTP/", "plain HTTP"),
    (b"SSH-", "SSH, which knows servers by the fingerprint of their host key (RFC 4253)"),
    (b"RFB ", "VNC (RFC 6143)"),
    (b"\x03\x00", "Remote Desktop, which turns to TLS only when asked in its own way"),
)


def find(case: Case) -> Iterator[Finding]:
    """At most one finding; a network's log-in page is told by its own rule."""
    attempt = case.attempt
    if attempt is None or attempt.failure is not Failure.PLAINTEXT or proof_of_portal(case):
        return
    answer = _shown(attempt.first_bytes)
    for mark, what in _STARTTLS:
        if mark.match(attempt.first_bytes):
            yield case.finding(
                "starttls-required",
                f"This port begins in plain text: it is {what} that changes to a secure connection "
                "only when asked.",
                proof=f"It answers: {answer}",
            )
            return
    what = next(
        (w for mark, w in _OTHERS if attempt.first_bytes.startswith(mark)), "something else"
    )
    yield case.finding(
        "not-tls",
        f"This port speaks {what}, not TLS: there is no certificate here.",
        proof=f"It answers: {answer}" if answer else inert(attempt.failure_text),
    )


def _shown(answer: bytes) -> str:
    """The first line of an answer; the first bytes in hexadecimal when it is no text."""
    line = answer.strip().decode("latin-1").partition("\n")[0].rstrip()
    if line.isprintable():
        return inert(line, 120)
    return f"the bytes {answer[:_SHOWN].hex(' ')}{' …' if len(answer) > _SHOWN else ''}"
