"""The knowledge base: what each cause means and what can be done about it.

One file for each cause in resources/knowledge/causes; it is read when it is first asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

import resources
from trustmgr.findings import FixBy, Remedy, Risk, Severity
from trustmgr.text import inert

#: What templates may name, and the words that stand in when a fact is not known.
#: ``address`` is made from host and port: what people type after ``trustmgr inspect``.
PLACEHOLDERS: Mapping[str, str] = {
    "host": "the site",
    "port": "443",
    "address": "ADDRESS",
    "subject": "the certificate",
    "issuer": "the authority that issued the certificate",
    "names": "other names",
    "not_before": "the date given in it",
    "not_after": "the date given in it",
    "sha256": "(shown with the certificate)",
    "detail": "",
}
#: With the space before it and the quotes around it, which go when the fact is not known.
_PLACEHOLDER = re.compile(r"( ?)(“?)\{([a-z0-9_]+)\}(”?)")
_LONGEST_FACT = 1000  # characters: a list of names in a message may be long, but not endless
_ID = re.compile(r"[a-z][a-z-]{1,40}")


@dataclass(frozen=True)
class Cause:
    """What the knowledge base says about one cause. `templates` still hold their placeholders."""

    id: str
    title: str
    summary: str
    severity: Severity
    fix_by: FixBy
    templates: tuple[Remedy, ...]
    rule: str = ""  # the standard's section that is broken, where there is one
    tls: bool = True  # False: a look-alike that is not about TLS


def causes() -> tuple[str, ...]:
    """The ids of all causes, sorted."""
    return resources.names("knowledge/causes")


@cache
def cause(identity: str) -> Cause:
    """One cause. Raises `KeyError` for an id that has no file."""
    if not _ID.fullmatch(identity):
        raise KeyError(identity)
    try:
        table = resources.table("knowledge", "causes", f"{identity}.toml")
    except FileNotFoundError:
        raise KeyError(identity) from None
    fix_by = FixBy(table["fix_by"])
    return Cause(
        id=identity,
        title=table["title"],
        summary=_reflow(table["summary"]),
        severity=Severity(table["severity"]),
        fix_by=fix_by,
        templates=tuple(_remedy(entry, fix_by) for entry in table.get("remedies", ())),
        rule=table.get("rule", ""),
        tls=table.get("tls", True),
    )


def remedies(identity: str, facts: Mapping[str, str]) -> tuple[Remedy, ...]:
    """The remedies of a cause, narrowest and safest first, with `facts` filled in.

    Facts are hostile text: they are made inert and never read as templates again.
    """
    known = _complete(facts)
    return tuple(
        replace(
            remedy,
            title=fill(remedy.title, known),
            detail=fill(remedy.detail, known),
            risk_text=fill(remedy.risk_text, known),
            message=fill(remedy.message, known),
            certificate=facts.get("sha256") if remedy.of_certificate else None,
        )
        for remedy in cause(identity).templates
    )


def fill(template: str, facts: Mapping[str, str]) -> str:
    """`template` with each ``{name}`` replaced once; names that nobody knows stay as they are."""

    def value(match: re.Match[str]) -> str:
        space, opening, name, closing = match.groups()
        if facts.get(name):
            return space + opening + inert(facts[name], _LONGEST_FACT) + closing
        instead = PLACEHOLDERS.get(name)
        if instead is None:
            return match[0]
        return space + instead if instead else ""

    return _PLACEHOLDER.sub(value, template)


class Interceptor(NamedTuple):
    """A product that opens TLS connections: `mark`, in lower case, in a CA's name tells it.

    `kind` is ``company``, ``antivirus``, ``filter``, ``debugging`` or ``adware``.
    """

    mark: str
    name: str
    kind: str


@cache
def interceptors() -> tuple[Interceptor, ...]:
    """Every known product, those with the most telling marks first."""
    found, kind = [], ""
    for line in resources.text("knowledge", "interceptors.txt").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            mark, name = line.split(" = ")
            found.append(Interceptor(mark, name, kind))
    return tuple(found)


def _complete(facts: Mapping[str, str]) -> dict[str, str]:
    """Facts with ``address``, which is only known when the host is."""
    host = facts.get("host")
    if not host or "address" in facts:
        return dict(facts)
    shown = f"[{host}]" if ":" in host else host
    port = facts.get("port") or PLACEHOLDERS["port"]
    return {**facts, "address": shown if port == "443" else f"{shown}:{port}"}


def _remedy(entry: Mapping[str, Any], fix_by: FixBy) -> Remedy:
    return Remedy(
        id=entry["id"],
        title=entry["title"],
        detail=_reflow(entry["detail"]),
        fix_by=FixBy(entry.get("fix_by", fix_by)),
        risk=Risk(entry.get("risk", "none")),
        risk_text=_reflow(entry.get("risk_text", "")),
        action=entry.get("action"),
        message=_reflow(entry.get("message", "")),
    )


def _reflow(text: str) -> str:
    """Joins the lines of a paragraph; empty lines, list items and indented lines stay apart."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        starts_anew = not line or line[0] == " " or re.match(r"- |\d+\. ", line)
        if lines and lines[-1] and not starts_anew and lines[-1][0] != " ":
            lines[-1] += " " + line.strip()
        else:
            lines.append(line.rstrip())
    return "\n".join(lines)
