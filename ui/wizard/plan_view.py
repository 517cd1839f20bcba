"""A plan on the screen: the exact certificate, each step's files and commands, the warnings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

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


def certificate_card(certificate: Certificate) -> Card:
    """Subject, issuer, validity and SHA-256. Nothing here is copyable: a fingerprint copied from
    this window proves nothing. What the trust will allow stands with each step of the plan."""
    card = Card()
    card.body.addWidget(label(certificate.title, bold=True, size=Size.LARGE))
    brief = CertificateDetails(copyable=False, brief=True)
    brief.show_certificate(certificate)
    card.body.addWidget(brief)
    fold = Disclosure("More de&tails")
    details = CertificateDetails(copyable=False)
    details.show_certificate(certificate)
    fold.body.addWidget(details)
    card.body.addWidget(fold)
    card.setAccessibleName(certificate.title)
    return card


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
    """Every step with what it allows, its files and commands."""
    card = Card()
    card.body.addWidget(label("What will be done", bold=True, size=Size.LARGE))
    several = len({step.sha256 for step in plan.steps}) > 1
    for number, step in enumerate(plan.steps, 1):
        verb, where = _verb(step), step.store_title
        which = f"{title_of(step)}: " if several else ""
        card.body.addWidget(label(f"{number}. {which}{verb} {where}", bold=True))
        inside = QVBoxLayout()
        inside.setContentsMargins(18, 0, 0, 0)
        _fill_step(inside, step)
        card.body.addLayout(inside)
    card.body.addWidget(label("It is written to the history first, and can be undone."))
    return card


def _verb(step: Step) -> str:
    from platform_backends.base import is_setting

    return "Change" if is_setting(step.store) else _OPERATION[str(step.operation)]


def _fill_step(inside: QVBoxLayout, step: Step) -> None:
    from platform_backends.base import is_setting

    if str(step.operation) != "remove" and not is_setting(step.store):
        inside.addLayout(row(Mark(Tone.NOTE, 16), label(allowance(step)), stretch=1))
    for line in step.preview:
        inside.addWidget(label(line, mono=True, size=Size.SMALL, selectable=True))
    administrator = str(step.privilege) == "administrator"
    inside.addWidget(
        label(
            "The system will ask for an administrator's password."
            if administrator
            else "No password is needed."
        )
    )


def title_of(step: Step) -> str:
    """The name of a step's certificate."""
    from trustmgr.certificate import Certificate

    try:
        return Certificate(step.der).title
    except ValueError:
        return step.sha256
