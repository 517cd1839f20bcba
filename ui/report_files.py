"""A report to keep: plain text for people, the JSON of the command line for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from trustmgr.text import inert
from ui.certificate.facts import facts
from ui.wizard.words import ACCEPTS, DONE_BY, FIX_BY

if TYPE_CHECKING:
    from trustmgr.report import Report
    from ui.wizard.flow import Flow


def save(path: Path, flow: Flow) -> tuple[Path, ...]:
    """Write both files; their paths. Raises `UnreadableInput` when a file cannot be written."""
    from trustmgr.cli.report_json import document
    from trustmgr.errors import UnreadableInput

    if flow.report is None:
        raise UnreadableInput("There is nothing to report yet.", "Look at a site first.")
    twin = path.with_suffix(".json")
    try:
        path.write_text("\n".join(text_lines(flow.report, flow)) + "\n", encoding="utf-8")
        twin.write_text(json.dumps(document(flow.report), indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise UnreadableInput(
            f"The report could not be written to {path}: {error.strerror}.", "Choose another place."
        ) from error
    return path, twin


def text_lines(report: Report, flow: Flow) -> Iterator[str]:
    """The text file, line by line."""
    yield f"Trust Manager report on {inert(report.evidence.target.text)}"
    yield f"Looked at {report.evidence.collected_at:%Y-%m-%d %H:%M:%S} UTC"
    yield f"Verdict: {report.verdict}"
    for finding in report.findings:
        yield from ("", f"[{finding.severity}] {inert(finding.title)} ({finding.cause})")
        yield from ("  " + inert(line, 2000) for line in finding.detail.splitlines())
        yield f"  {FIX_BY.get(str(finding.fix_by), '')}"
        for remedy in finding.remedies:
            yield f"  - {inert(remedy.title)} ({DONE_BY.get(str(remedy.fix_by), '')})"
    for number, certificate in enumerate(report.chain):
        yield from ("", f"Certificate {number}: {certificate.title}")
        yield from (f"  {name}: {value}" for name, value in facts(certificate))
        yield f"  SHA-256: {certificate.sha256}"
    if flow.messages:
        yield from ("", "Done:", *(f"  {inert(message)}" for message in flow.messages))
    for heading, results in (("Before", flow.before), ("Now", flow.after)):
        if results:
            yield from ("", f"{heading}:")
            for r in results:
                answer = ACCEPTS[r.accepts][0].lower()
                yield f"  {inert(r.title)} ({inert(r.store)}): {answer}. {inert(r.message)}"
