"""A plan on the screen: the exact certificate, each step's files and commands, the warnings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.certificate.details import CertificateDetails
from ui.style.cards import Card, Mark
from ui.style.controls import row
from ui.style.fold import Disclosure
from ui.style.tones import Tone
from ui.text import Size, label
from ui.wizard.words import PURPOSE

if TYPE_CHECKING:
    from platform_backends.base import Trust
    from trustmgr.certificate import Certificate
    from trustmgr.plan import Plan, Step

_OPERATION = {
    "add": "Add to",
    "remove": "Remove from",
    "set-trust": "Change the trust in",
}


def certificate_card(certificate: Certificate, plan: Plan) -> Card:
    """Subject, issuer, validity, SHA-256 and what the trust will allow. Nothing here is copyable:
    a fingerprint copied from this window proves nothing."""
    card = Card()
    card.body.addWidget(label(certificate.title, bold=True, size=Size.LARGE))
    brief = CertificateDetails(copyable=False, brief=True)
    brief.show_certificate(certificate)
    card.body.addWidget(brief)
    for words in allowances(plan, certificate.sha256):
        card.body.addLayout(row(Mark(Tone.NOTE, 16), label(words), stretch=1))
    fold = Disclosure("More de&tails")
    details = CertificateDetails(copyable=False)
    details.show_certificate(certificate)
    fold.body.addWidget(details)
    card.body.addWidget(fold)
    card.setAccessibleName(certificate.title)
    return card


def allowances(plan: Plan, sha256: str) -> list[str]:
    """What each different trust of the plan allows, in plain words."""
    said: list[str] = []
    for step in plan.steps:
        if step.sha256 == sha256 and str(step.operation) != "remove":
            words = allowance(step)
            if words not in said:
                said.append(words)
    return said


def allowance(step: Step) -> str:
    """What one step's trust allows; more than wished for is said."""
    allowed = _purposes(step.effective_trust)
    if not allowed:
        return f"In {step.store_title} it would be trusted for nothing."
    words = f"The trust allows it to {', '.join(allowed)}."
    if set(allowed) - set(_purposes(step.trust)):
        words += f" {step.store_title} cannot tell purposes apart, so this is more than needed."
    return words


def _purposes(trust: Trust) -> list[str]:
    return [PURPOSE[k] for k, decision in trust.to_json().items() if decision == "trusted"]


def warnings_card(warnings: Sequence[str]) -> Card:
    """What to think of before."""
    card = Card(Tone.WARN)
    for words in warnings:
        card.body.addLayout(row(Mark(Tone.WARN), label(words, selectable=True), stretch=1))
    return card


def steps_card(plan: Plan) -> Card:
    """Every step with its files and commands."""
    card = Card()
    card.body.addWidget(label("What will be done", bold=True, size=Size.LARGE))
    for number, step in enumerate(plan.steps, 1):
        verb = _OPERATION[str(step.operation)]
        card.body.addWidget(label(f"{number}. {verb} {step.store_title}", bold=True))
        for line in step.preview:
            shown = label(line, mono=True, size=Size.SMALL, selectable=True)
            shown.setContentsMargins(18, 0, 0, 0)
            card.body.addWidget(shown)
        if str(step.privilege) == "administrator":
            words = "The system will ask for an administrator's password."
        else:
            words = "No password is needed."
        line_label = label(words)
        line_label.setContentsMargins(18, 0, 0, 0)
        card.body.addWidget(line_label)
    card.body.addWidget(label("It is written to the history first, and can be undone."))
    return card
