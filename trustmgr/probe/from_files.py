"""Evidence from files: certificates, or evidence that was saved before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trustmgr import evidence_file
from trustmgr.errors import UnreadableInput, UsageError
from trustmgr.evidence import Evidence
from trustmgr.probe.bounded_file import read_bounded, read_start
from trustmgr.probe.files import certificates_in
from trustmgr.text import inert

if TYPE_CHECKING:
    from trustmgr.options import InspectOptions
    from trustmgr.probe.pfx import AskPassword


def from_files(
    evidence: Evidence, options: InspectOptions, ask_password: AskPassword | None
) -> tuple[bool, Evidence]:
    """Whether saved evidence was loaded, and the evidence.

    Raises `UnreadableInput`, and `UsageError` for saved evidence among other files.
    """
    paths = evidence.target.files
    certificates: list[bytes] = []
    problems: list[str] = []
    for path in paths:
        if evidence_file.looks_like_evidence(read_start(path)):
            if len(paths) > 1:
                raise UsageError(f"{inert(path)} is saved evidence.", "Inspect it alone.")
            return True, _saved(path, evidence, options)
        found, unreadable = certificates_in(read_bounded(path), inert(path), ask_password)
        certificates.extend(found)
        problems.extend(unreadable)
    return False, replace(
        evidence,
        file_certificates=tuple(dict.fromkeys(certificates)),
        unreadable=tuple(problems),
    )


def _saved(path: str, empty: Evidence, options: InspectOptions) -> Evidence:
    """Saved evidence, judged by its own moment and name unless the user asks otherwise now."""
    data = read_bounded(path, evidence_file.MOST)
    try:
        evidence = evidence_file.load(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnreadableInput(f"{inert(path)} is damaged.", "Save the evidence again.") from error
    if options.at is not None:
        evidence = replace(evidence, judged_at=options.at)
    if empty.target.server_name is not None:
        named = replace(evidence.target, server_name=empty.target.server_name)
        evidence = replace(evidence, target=named)
    return evidence
