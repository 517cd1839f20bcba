"""`name-mismatch` and `no-san`: the certificate speaks for other names (RFC 9525)."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509

from trustmgr.diagnose.case import Case
from trustmgr.diagnose.names import as_address, common_name_would_match, speaks_for
from trustmgr.findings import Finding
from trustmgr.text import inert


def find(case: Case) -> Iterator[Finding]:
    """`no-san` when there is no subjectAltName at all; `name-mismatch` when no name fits."""
    if case.path is None or not case.host or speaks_for(case.path.leaf, case.host):
        return
    leaf, host = case.path.leaf, inert(case.host)
    has_san = leaf.extension(x509.SubjectAlternativeName) is not None or bool(leaf.problems)
    if not has_san:
        yield case.finding(
            "no-san",
            f"The certificate has no list of names; only its common name “{inert(leaf.common_name)}” "
            "says whom it is for, and programs have stopped reading that.",
            index=0,
            proof="There is no subjectAltName extension.",
        )
        if common_name_would_match(leaf, case.host):
            return
    names = ", ".join(leaf.names[:8]) + (", …" if len(leaf.names) > 8 else "")
    yield case.finding(
        "name-mismatch",
        f"You asked for {host}, but the certificate is for {names or 'no name at all'}."
        + _hint(case.host, leaf.dns_names),
        index=0,
        proof=f"No entry of subjectAltName covers {host}: {names or 'it is empty'}.",
        facts={"names": names or "other names"},
    )


def _hint(host: str, names: tuple[str, ...]) -> str:
    """What people usually got wrong, in one more sentence."""
    lower = {name.lower().rstrip(".") for name in names}
    wanted = host.lower().rstrip(".")
    if as_address(wanted) is not None:
        return " It was asked for by address; ask for it by name." if names else ""
    if f"www.{wanted}" in lower:
        return f" It covers www.{inert(wanted)}: use that address."
    if wanted.startswith("www.") and wanted[4:] in lower:
        return f" It covers {inert(wanted[4:])}, without www: use that address."
    for name in lower:
        if name.startswith("*.") and wanted.endswith(name[1:]):
            return f" {inert(name)} covers one level of names only."
    return ""
