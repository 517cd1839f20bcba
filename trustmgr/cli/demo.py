"""`trustmgr --demo` without a screen: the whole flow on the lab's sites and a sandbox store.

Nothing of this machine is touched: state and store live in a temporary folder.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from trustmgr.cli.output import paint, print_table, say
from trustmgr.errors import ExitCode
from trustmgr.findings import Severity, Verdict
from trustmgr.plan import Confirmation

if TYPE_CHECKING:
    from trustmgr.engine import Engine, InspectOptions
    from trustmgr.lab import Lab, Site


def run() -> int:
    """Walk through; 0 when everything went as it should."""
    from trustmgr.engine import Engine, InspectOptions
    from trustmgr.lab import running_lab

    with tempfile.TemporaryDirectory(prefix="trustmgr-demo-") as folder, running_lab() as lab:
        os.environ["TRUSTMGR_HOME"] = str(Path(folder, "state"))
        engine = Engine(sandbox=Path(folder, "store"))
        options = InspectOptions()
        say("This is Trust Manager on broken sites of its own, with a trust store of its own.")
        good = lab.sites["good"]
        steps = (
            _explain(engine, good),
            _inspect("2. The site, inspected", engine, options, good, Verdict.UNTRUSTED),
            _import(engine, lab),
            _inspect("4. The site again", engine, options, good, Verdict.TRUSTED),
            _verify(engine, good),
            _tour(engine, options, lab),
            _undo(engine, options, good),
        )
    say("\nEverything is as it was. Try it on a site of yours: trustmgr inspect ADDRESS")
    return ExitCode.OK if all(steps) else ExitCode.PROBLEMS


def _heading(text: str) -> None:
    sys.stdout.write("\n" + paint(f"== {text}", "bold") + "\n")


def _explain(engine: Engine, site: Site) -> bool:
    _heading("1. An error message, explained")
    text = (
        "Could not establish trust relationship for the SSL/TLS secure channel with authority "
        f"'{site.host}:{site.port}'"
    )
    say(f"“{text}”", indent=2)
    explanation = engine.explain(text)
    for cause in explanation.causes[:3]:
        say(f"- {cause.title} ({cause.confidence})", indent=2)
    return bool(explanation.causes)


def _inspect(
    heading: str, engine: Engine, options: InspectOptions, site: Site, expected: Verdict
) -> bool:
    from trustmgr.cli import report_text
    from trustmgr.probe.targets import parse_target

    _heading(heading)
    report = engine.inspect(parse_target(site.target), options)
    report_text.write(report)
    return report.verdict is expected


def _import(engine: Engine, lab: Lab) -> bool:
    import hashlib

    _heading("3. The lab's authority becomes trusted in the sandbox")
    plan = engine.plan_import([lab.ca_der], from_network=True)
    for step in plan.steps:
        say(f"{step.operation.value} to {step.store_title}: {'; '.join(step.preview)}", indent=2)
    # The lab is its own administrator: its word on the fingerprint comes from its own memory.
    fingerprint = hashlib.sha256(lab.ca_der).hexdigest()
    say(f"Fingerprint confirmed: {fingerprint}", indent=2)
    outcome = engine.apply(plan, Confirmation(fingerprint=fingerprint))
    for message in outcome.messages:
        say(message, indent=2)
    return outcome.changed


def _verify(engine: Engine, site: Site) -> bool:
    from trustmgr.probe.targets import parse_target

    _heading("5. Proof: real programs try the site")
    results = engine.verify(parse_target(site.target))
    answer = {True: "accepts", False: "refuses", None: "cannot tell"}
    print_table(
        [[r.title, answer[r.accepts], r.store, r.message] for r in results],
        ("program", "answer", "store it reads", "message"),
    )
    return any(r.accepts for r in results) and not any(r.accepts is False for r in results)


def _tour(engine: Engine, options: InspectOptions, lab: Lab) -> bool:
    from dataclasses import replace

    from trustmgr.probe.targets import parse_target

    _heading("6. Other sites, each broken in its own way")
    rows, right = [], True
    for site in lab.sites.values():
        report = engine.inspect(parse_target(site.target), replace(options, timeout=2.0))
        causes = {f.cause for f in report.findings if f.severity is not Severity.NOTICE}
        right = right and causes == set(site.causes)
        rows.append([site.name, report.verdict.value, ", ".join(sorted(causes)) or "-"])
    print_table(rows, ("site", "verdict", "causes"))
    return right


def _undo(engine: Engine, options: InspectOptions, site: Site) -> bool:
    from trustmgr.probe.targets import parse_target

    _heading("7. Undo")
    for message in engine.undo().messages:
        say(message, indent=2)
    return engine.inspect(parse_target(site.target), options).verdict is Verdict.UNTRUSTED
