"""How the site was connected to, line by line; for the window and for saved reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trustmgr.evidence import Evidence


def connection_lines(evidence: Evidence) -> list[str]:
    """Addresses, each attempt, and when."""
    lines = [f"Addresses: {', '.join(evidence.addresses)}"] if evidence.addresses else []
    for attempt in evidence.attempts:
        spoken = ", ".join(filter(None, (attempt.tls_version, attempt.cipher, attempt.alpn)))
        failure = f"{attempt.failure}: {attempt.failure_text}" if attempt.failure else ""
        where = f"{attempt.address}, port {attempt.port} ({attempt.offer} offer)"
        lines.append(f"{where}: {'; '.join(filter(None, (spoken, failure))) or 'no answer'}")
    if evidence.dns_failure:
        lines.append(f"Name lookup: {evidence.dns_failure}")
    lines += [*evidence.notes, f"Looked at: {evidence.collected_at:%Y-%m-%d %H:%M:%S} UTC"]
    return lines
