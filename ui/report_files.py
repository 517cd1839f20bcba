"""A report to keep: plain text for people, the JSON of the command line for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from trustmgr.text import inert
from ui.certificate.facts import facts
from ui.wizard.connection import connection_lines
from ui.wizard.words import ACCEPTS, DONE_BY, FIX_BY, verdict

if TYPE_CHECKING:
    from trustmgr.clients.base import ClientResult
    from trustmgr.findings import Finding
    from trustmgr.report import Report
    from ui.wizard.flow import Flow


def save(path: Path, flow: Flow) -> tuple[Path, ...]:
    """Write both files; their paths. Raises `UnreadableInput` when a file cannot be written."""
    from trustmgr.cli.report_json import document
    from trustmgr.errors import UnreadableInput

    if flow.report is None:
        raise UnreadableInput("There is nothing to report yet.", "Look at a site first.")
    if path.suffix.lower() == ".json":  # the user asked for the other one of the two
        path = path.with_suffix(".txt")
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
    from trustmgr import __version__

    target = report.evidence.target
    sentence, _ = verdict(str(report.verdict), is_file=target.is_file)
    yield f"Trust Manager {__version__}: report on {inert(target.text)}"
    yield f"Looked at {report.evidence.collected_at:%Y-%m-%d %H:%M:%S} UTC"
    yield from ("", f"{sentence}.")
    for finding in report.findings:
        yield from _finding(finding)
    if not report.findings:
        yield "No problem was found."
    yield from _section("Connection", connection_lines(report.evidence))
    for number, certificate in enumerate(report.chain):
        lines = [f"{name}: {value}" for name, value in facts(certificate)]
        title = f"Certificate {number + 1} of {len(report.chain)}: {certificate.title}"
        yield from _section(title, [*lines, f"SHA-256: {certificate.sha256}"])
    yield from _done(flow)
    yield from _section("Programs before", _said(flow.before or ()))
    yield from _section("Programs now", _said(flow.after or ()))


def _section(heading: str, lines: Iterable[str]) -> Iterator[str]:
    found = [f"  {inert(line, 2000)}" for line in lines]
    if found:
        yield from ("", heading, *found)


def _finding(finding: Finding) -> Iterator[str]:
    lines = [*finding.detail.splitlines(), FIX_BY.get(str(finding.fix_by), "")]
    lines += [f"Proof: {line}" for line in finding.proof.splitlines()]
    lines += [f"Rule: {finding.rule}"] if finding.rule else []
    for remedy in finding.remedies:
        lines.append(f"- {remedy.title} ({DONE_BY.get(str(remedy.fix_by), '')})")
    yield from _section(f"{str(finding.severity).capitalize()}: {inert(finding.title)}", lines)
    yield f"  Cause: {finding.cause}"


def _done(flow: Flow) -> Iterator[str]:
    """What was chosen, what was changed, and what is to be told to others."""
    if flow.remedy is not None:
        yield from _section("What was chosen", [flow.remedy.title])
        if flow.outcome is None:
            yield from _section("What to tell them", flow.remedy.message.splitlines())
    changed = flow.messages or ["Nothing was changed on this computer."]
    yield from _section("What was done", changed)


def _said(results: Iterable[ClientResult]) -> Iterator[str]:
    for result in results:
        answer = ACCEPTS[result.accepts][0].lower()
        more = "" if result.message.startswith(answer) else f": {result.message}"
        yield f"{result.title} ({result.store}) {answer}{more}"
