"""A report for people: the verdict, what is wrong, who can fix it, and what to do next."""

from __future__ import annotations

import sys

from trustmgr.cli.output import paint, print_table, say
from trustmgr.findings import Finding, FixBy, Severity, Verdict
from trustmgr.report import Prediction, Report
from trustmgr.text import inert

_STYLE = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTICE: "dim"}
_WHO = {
    FixBy.THIS_MACHINE: "you, on this machine",
    FixBy.SITE_OWNER: "the site's owner",
    FixBy.ADMINISTRATOR: "your administrator",
    FixBy.NOBODY: "nobody",
}
#: Refusals first: they are what brought people here.
_ACCEPTS = {False: "Refused by", True: "Accepted by", None: "Cannot tell for"}


def write(report: Report) -> None:
    """The whole report on stdout."""
    _headline(report)
    for finding in report.findings:
        _finding(finding)
    if report.chain:
        sys.stdout.write("\n")
        _chain(report)
    _connection(report)
    _clients(report)


def target_name(report: Report) -> str:
    """The target as a person would say it."""
    target = report.evidence.target
    if target.is_file:
        return inert(", ".join(target.files))
    host = f"[{target.host}]" if target.host and ":" in target.host else target.host or ""
    return inert(f"{host}:{target.port}")


def _headline(report: Report) -> None:
    words, style = {
        Verdict.TRUSTED: ("is trusted", "green"),
        Verdict.UNTRUSTED: ("is not trusted", "red"),
        Verdict.UNREACHABLE: ("could not be reached", "red"),
    }[report.verdict]
    sys.stdout.write(f"{paint(target_name(report), 'bold')} {paint(words, style)}\n")


def _finding(finding: Finding) -> None:
    sys.stdout.write("\n")
    title = paint(finding.title, _STYLE[finding.severity])
    sys.stdout.write(f"{title}  {paint(f'[{finding.cause}]', 'dim')}\n")
    say(finding.detail, indent=2)
    if finding.proof:
        say(f"Proof: {finding.proof}", indent=2)
    if finding.severity is Severity.NOTICE:
        return
    say(f"Who can fix it: {_WHO[finding.fix_by]}.", indent=2)
    for number, remedy in enumerate(finding.remedies, 1):
        say(f"{number}. {remedy.title}", indent=2)
        if command := _command(remedy.action):
            say(f"Command: {command}", indent=5)


def _command(action: str | None) -> str:
    """What somebody at a terminal can run for a remedy; empty: nothing."""
    from platform_backends.settings import settings
    from trustmgr.remedy import clock_settings, update_settings
    from trustmgr.remedy.setting import name, of_action

    commands = {"set-clock": clock_settings.command, "update-system": update_settings.command}
    if action in commands:
        return commands[action]()
    setting = of_action(action, settings())
    return f"trustmgr setting {name(setting)}" if setting is not None else ""


def _chain(report: Report) -> None:
    rows = []
    for index, certificate in enumerate(report.chain):
        last = index == len(report.chain) - 1
        trusted = " (trusted here)" if last and report.anchor else ""
        key = certificate.key_type
        if certificate.key_type in ("RSA", "DSA"):
            key = f"{certificate.key_type} {certificate.key_bits}"
        rows.append(
            [
                f"{index}",
                certificate.title[:60] + trusted,
                f"until {certificate.not_after:%Y-%m-%d}",
                key,
                certificate.source.value,
            ]
        )
    print_table(rows, ("", "certificate", "valid", "key", "from"))
    sys.stdout.write(f"SHA-256 of 0: {report.chain[0].sha256}\n")


def _connection(report: Report) -> None:
    attempt = report.evidence.best_attempt
    if attempt is not None and attempt.tls_version:
        at = f"{attempt.address} port {attempt.port}"
        sys.stdout.write(inert(f"Connection: {attempt.tls_version}, {attempt.cipher}, {at}") + "\n")


def _clients(report: Report) -> None:
    """Who accepts and who does not, where they differ; those of one mind stand together."""
    if not report.contested or len({one.accepts for one in report.clients.values()}) == 1:
        return
    alike: dict[Prediction, list[str]] = {}
    for client, prediction in report.clients.items():
        alike.setdefault(prediction, []).append(client)
    sys.stdout.write("\n")
    for prediction in sorted(alike, key=lambda one: list(_ACCEPTS).index(one.accepts)):
        say(f"{_ACCEPTS[prediction.accepts]} {', '.join(alike[prediction])}: {prediction.why}")
