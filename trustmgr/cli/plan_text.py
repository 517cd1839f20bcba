"""A plan for people and for programs: everything that is to be seen before anything happens."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from trustmgr.cli.output import paint, say
from trustmgr.text import inert

if TYPE_CHECKING:
    from trustmgr.certificate import Certificate
    from trustmgr.plan import Plan, Step
    from trustmgr.remedy.change import Change
    from trustmgr.remedy.executor import Outcome

_VERB = {"add": "Add to", "remove": "Remove from", "set-trust": "Change the trust in"}


def write(plan: Plan, certificates: Sequence[Certificate]) -> None:
    """Certificates, what the trust allows, warnings, and each step with its files and commands."""
    sys.stdout.write(paint(plan.title, "bold") + "\n")
    for certificate in certificates:
        _certificate(certificate)
    for warning in plan.warnings:
        say(paint("Note: ", "yellow") + warning)
    for number, step in enumerate(plan.steps, 1):
        _step(number, step)
    sys.stdout.flush()


def _certificate(certificate: Certificate) -> None:
    valid = f"{certificate.not_before:%Y-%m-%d} to {certificate.not_after:%Y-%m-%d} (UTC)"
    for head, text in (
        ("Subject", certificate.subject or "(empty)"),
        ("Issuer", certificate.issuer or "(empty)"),
        ("Names", ", ".join(certificate.names[:10]) if not certificate.is_ca else ""),
        ("Valid", valid),
        ("SHA-256", colons(certificate.sha256)),
    ):
        if text:
            sys.stdout.write(f"  {head:<8} {text}\n")


def _step(number: int, step: Step) -> None:
    from platform_backends.base import Operation, Privilege
    from trustmgr.remedy.words import trust_words

    say(f"{number}. {_VERB[step.operation.value]} {step.store_title} ({step.store})")
    if step.operation is not Operation.REMOVE:
        say(f"It will be {trust_words(step.effective_trust)}.", indent=3)
    for line in step.preview:
        sys.stdout.write(f"   {inert(line, 1000)}\n")
    if step.privilege is Privilege.ADMINISTRATOR:
        say("This needs an administrator's rights.", indent=3)


def colons(sha256: str) -> str:
    """``AB:CD:...``, as people compare it."""
    return ":".join(sha256[i : i + 2] for i in range(0, len(sha256), 2)).upper()


def plan_json(plan: Plan) -> dict[str, Any]:
    """The plan of the JSON documents of import, remove and distrust."""
    return {
        "title": plan.title,
        "warnings": list(plan.warnings),
        "needs_fingerprint": plan.needs_fingerprint,
        "steps": [
            {
                "operation": step.operation.value,
                "store": step.store,
                "sha256": step.sha256,
                "trust": step.trust.to_json(),
                "effective_trust": step.effective_trust.to_json(),
                "privilege": step.privilege.value,
                "preview": list(step.preview),
            }
            for step in plan.steps
        ],
    }


def change_json(change: Change) -> dict[str, Any]:
    """One change of the journal; the certificate is named by its SHA-256."""
    before, after = change.trust_before, change.trust_after
    return {
        "id": change.id,
        "at": change.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "store": change.store,
        "operation": change.operation.value,
        "sha256": change.sha256,
        "subject": change.subject,
        "before": before.to_json() if before is not None else None,
        "after": after.to_json() if after is not None else None,
        "state": change.state.value,
        "undoable": change.undoable,
        "undoes": change.undoes,
        "message": change.message,
        "who": change.who,
    }


def outcome_json(outcome: Outcome | None) -> Mapping[str, Any]:
    """What was done; None for a dry run."""
    return {
        "changed": outcome.changed if outcome else False,
        "messages": list(outcome.messages) if outcome else [],
        "failures": list(outcome.failures) if outcome else [],
        "changes": [change_json(change) for change in outcome.changes] if outcome else [],
    }
