"""The facts of one certificate as rows of words; used on the screen and in saved reports."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trustmgr.certificate import Certificate

#: Names of a certificate that are shown; the rest is counted.
_NAMES = 40

SOURCE = {
    "sent": "sent by the site",
    "fetched": "fetched from the address in the certificate below it",
    "store": "from a trust store of this computer",
    "file": "from the file",
}


def day(moment: datetime) -> str:
    """A date and time in UTC, to the minute."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def main_facts(certificate: Certificate) -> list[tuple[str, str]]:
    """What has to be seen before it becomes trusted."""
    wanted = ("Subject", "Issuer", "Valid from", "Valid until", "Names", "Does not parse")
    return [(name, value) for name, value in facts(certificate) if name in wanted]


def facts(certificate: Certificate) -> list[tuple[str, str]]:
    """Label and value, the most asked-for first."""
    names = certificate.names
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    bits = f", {certificate.key_bits} bits" if certificate.key_bits else ""
    signature = certificate.signature_hash or "built into the key type"
    return [
        ("Subject", certificate.subject or "(empty)"),
        ("Issuer", certificate.issuer or "(empty)"),
        ("Valid from", day(certificate.not_before)),
        ("Valid until", day(certificate.not_after)),
        *([("Names", ", ".join(names[:_NAMES]) + more)] if names else []),
        ("Authority (CA)", "yes" if certificate.is_ca else "no"),
        ("Key", f"{certificate.key_type}{bits}"),
        ("Signature hash", signature),
        ("Serial number", certificate.serial),
        ("Came", SOURCE.get(str(certificate.source), str(certificate.source))),
        *[("Does not parse", problem) for problem in certificate.problems],
    ]
