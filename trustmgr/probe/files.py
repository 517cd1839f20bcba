"""Certificate files, whatever they are called and however they are written."""

from __future__ import annotations

from trustmgr.errors import UnreadableInput
from trustmgr.evidence_file import looks_like_evidence
from trustmgr.probe.bounded_file import read_bounded
from trustmgr.probe.formats import find_certificates
from trustmgr.probe.pfx import AskPassword, open_pfx
from trustmgr.probe.refusals import Kind
from trustmgr.text import inert


def read_certificates(
    path: str, ask_password: AskPassword | None = None
) -> tuple[list[bytes], list[str]]:
    """The certificates (DER) of a file in their order, and what in it could not be read.

    Raises `UnreadableInput` with one clear sentence when there is none, `PasswordNeeded` when a
    PKCS#12 is locked and `ask_password` is None. At most 10 MB are read, from regular files only.
    """
    return certificates_in(read_bounded(path), inert(path), ask_password)


def certificates_in(
    data: bytes, name: str, ask_password: AskPassword | None = None
) -> tuple[list[bytes], list[str]]:
    """As `read_certificates`, from the bytes of a file of this (inert) name."""
    if looks_like_evidence(data):
        raise Kind.EVIDENCE.error(name)
    found = find_certificates(data, lambda pfx: open_pfx(pfx, name, ask_password))
    if found.certificates:
        return found.certificates, [f"{name}, {problem}" for problem in found.problems]
    if found.problems:
        raise UnreadableInput(
            f"{name} {Kind.BROKEN.value[0].rstrip('.')} ({found.problems[0]}).",
            Kind.BROKEN.value[1],
        )
    raise (found.others[0] if found.others else Kind.NOTHING).error(name)
