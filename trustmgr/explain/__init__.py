"""From an error text of any client to the causes it can mean, and the site it is about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import resources
from trustmgr import knowledge
from trustmgr.explain.addresses import Address, find_address
from trustmgr.explain.entries import Confidence
from trustmgr.explain.matching import Match, matches, ranked
from trustmgr.explain.normal import folded
from trustmgr.findings import FixBy

__all__ = ["Address", "Confidence", "ExplainedCause", "Explanation", "explain"]


@dataclass(frozen=True)
class ExplainedCause:
    """One thing that the text can mean."""

    cause: str
    confidence: Confidence
    title: str
    detail: str
    fix_by: FixBy


@dataclass(frozen=True)
class Explanation:
    """What a text means. `causes` is empty when nothing was recognised.

    `target_host` and `target_port` are both known or both None; the host is ASCII and valid.
    """

    client: str | None
    target_host: str | None
    target_port: int | None
    causes: tuple[ExplainedCause, ...]
    advice: str

    @property
    def target(self) -> Address | None:
        """Host and port together; as text it is what to give to ``trustmgr inspect``."""
        if self.target_host is None or self.target_port is None:
            return None
        return Address(self.target_host, self.target_port)


def explain(text: str) -> Explanation:
    """Causes, most likely first, and the target named in `text`. Never raises; bounded work."""
    normal = folded(text)
    deciding = matches(normal)
    causes = _with_interception(ranked(deciding), normal)
    not_tls = any(not knowledge.cause(cause).tls for cause, _ in causes)
    address = None if not_tls else find_address(text, guess=bool(causes))
    explained = tuple(_explained(cause, confidence) for cause, confidence in causes)
    return Explanation(
        client=_client(normal, deciding),
        target_host=address.host if address else None,
        target_port=address.port if address else None,
        causes=explained,
        advice=_advice(deciding, explained, not_tls=not_tls, named=address is not None),
    )


def _explained(cause: str, confidence: Confidence) -> ExplainedCause:
    known = knowledge.cause(cause)
    return ExplainedCause(cause, confidence, known.title, known.summary, known.fix_by)


def _with_interception(
    causes: tuple[tuple[str, Confidence], ...], normal: str
) -> tuple[tuple[str, Confidence], ...]:
    """A product's name in the text makes interception the first guess for unknown authorities."""
    ids = [cause for cause, _ in causes]
    if "tls-interception" not in ids or not any(
        one.mark.replace("_", " ") in normal for one in knowledge.interceptors()
    ):
        return causes
    rest = tuple(pair for pair in causes if pair[0] != "tls-interception")
    return (("tls-interception", Confidence.LIKELY), *rest)


def _client(normal: str, deciding: tuple[Match, ...]) -> str | None:
    if not deciding:
        return None
    override = next((m.entry.client for m in deciding if m.entry.level.name == "OVERRIDE"), None)
    if override:
        return override
    named = next((name for name, marks in _clients() if any(m in normal for m in marks)), None)
    return named or next((m.entry.client for m in deciding if m.entry.client), None)


@cache
def _clients() -> tuple[tuple[str, tuple[str, ...]], ...]:
    table = resources.table("knowledge", "clients.toml")
    return tuple((c["name"], tuple(folded(mark) for mark in c["any"])) for c in table["client"])


def _advice(
    deciding: tuple[Match, ...],
    causes: tuple[ExplainedCause, ...],
    *,
    not_tls: bool,
    named: bool,
) -> str:
    """What to do next, in one paragraph."""
    if not causes:
        return (
            "Nothing in this text is known. Copy the whole message, with the lines before and after "
            "it, or inspect the address of the site instead."
        )
    notes = list(dict.fromkeys(match.entry.note for match in deciding if match.entry.note))
    if not_tls:
        first = knowledge.cause(causes[0].cause).templates
        return " ".join([*notes, *(f"{r.title}." for r in first)])
    several = len(causes) > 1 and causes[0].confidence is not Confidence.CERTAIN
    goal = "to see which of these it is" if several else "to see the proof and what can be done"
    where = "Inspect the site" if named else "Inspect the address of the site"
    return " ".join([*notes, f"{where} {goal}."])
