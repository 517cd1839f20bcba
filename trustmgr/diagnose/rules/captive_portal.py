"""`captive-portal`: the network wants its users to log in, and answers in the site's place until they do.

Told conservatively, by one of:

- status 511, which exists for nothing else (RFC 6585 section 6), in plain text or inside TLS;
- a key that is known for the log-in page of a network;
- a certificate for another name together with a redirection to a log-in page that is not the site's;
- no TLS at all together with such a redirection on the plain port.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import resources
from trustmgr.diagnose.case import Case
from trustmgr.diagnose.names import speaks_for
from trustmgr.evidence import Failure, HttpAnswer
from trustmgr.findings import Finding
from trustmgr.publicname import owner
from trustmgr.text import inert

_LOGIN_REQUIRED = 511
_REDIRECTIONS = (301, 302, 303, 307, 308)
_URL = re.compile(r"https?://(?P<host>[^/?#:]+|\[[^\]]+\])(?P<rest>.*)", re.IGNORECASE)
#: Words in the address of a log-in page: those of RFC 8952, of portals' makers and of their examples.
_PORTAL = re.compile(
    r"captive|hotspot|portal|wi-?fi|wlan|guest|log-?in|sign-?in|splash|wispr|nocat|walled|coova|chilli"
    r"|uamip|unifi|fgtauth|cp_redirect|gateway",
    re.IGNORECASE,
)


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    proof = proof_of_portal(case)
    if proof:
        yield case.finding(
            "captive-portal",
            "The network that this computer is in answers in the site's place, because it wants you to "
            "log in or to accept its rules first. The site itself was not reached.",
            proof=proof,
        )


def proof_of_portal(case: Case) -> str:
    """What tells that a network's log-in page answered; empty when nothing does."""
    attempt, evidence = case.attempt, case.evidence
    if attempt is None:
        return ""
    in_clear = _in_clear(attempt.first_bytes) if attempt.failure is Failure.PLAINTEXT else None
    answers = [one for one in (in_clear, evidence.answer, evidence.plain_answer) if one is not None]
    if any(one.status == _LOGIN_REQUIRED for one in answers):
        return "It answers 511 Network Authentication Required."
    if case.sent and case.sent[0].spki_sha256 in _known_keys():
        return f"The key of “{case.sent[0].title}” is that of a network's log-in page."
    if not _another_answers(case):
        return ""
    for one in answers:
        if one.status in _REDIRECTIONS and _leads_to_portal(case, one.location):
            return f"It redirects to {inert(one.location, 200)}"
    return ""


def _another_answers(case: Case) -> bool:
    """Whether TLS did not come from the site: none at all, or a certificate for somebody else."""
    attempt = case.attempt
    if attempt is None or not case.host:
        return False
    if not case.sent:
        return attempt.failure is not None
    return not speaks_for(case.sent[0], case.host)


def _leads_to_portal(case: Case, location: str) -> bool:
    """Elsewhere, and to an address that looks like a log-in page."""
    found = _URL.match(location)
    if found is None:
        return False
    host = found["host"].strip("[]").lower()
    wanted = (case.host or "").lower()
    if host == wanted or (owner(host) == owner(wanted) and "." in wanted):
        return False
    return _PORTAL.search(host + found["rest"]) is not None


def _in_clear(data: bytes) -> HttpAnswer | None:
    """The head of an answer that came where TLS was expected."""
    match = re.match(rb"HTTP/1\.[01] ([1-9][0-9]{2})", data)
    if match is None:
        return None
    location = re.search(rb"\r\nlocation:[ \t]*([^\r\n]+)\r\n", data, re.IGNORECASE)
    return HttpAnswer(int(match[1]), None, location[1].decode("latin-1") if location else "")


@cache
def _known_keys() -> frozenset[str]:
    lines = resources.text("knowledge", "captive-portals.txt").splitlines()
    return frozenset(line.split(" = ")[0] for line in lines if line and not line.startswith("#"))
