"""Plans for settings of the system: on, or back to what was there before."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from platform_backends import settings
from platform_backends.base import Operation, Privilege, StoreUnavailable, Trust
from trustmgr.plan import Plan, Step
from trustmgr.remedy import entries, warnings

if TYPE_CHECKING:
    from trustmgr.explain import Explanation


def plan_setting(identity: str, *, on: bool) -> Plan:
    """One step, or none when nothing has to be done. `identity`: whole, or its last word.

    Raises `StoreUnavailable`.
    """
    setting = next((s for s in settings.settings() if identity in (s.id, name(s))), None)
    if setting is None:
        known = ", ".join(name(one) for one in settings.settings())
        raise StoreUnavailable(
            f"There is no setting {identity!r} on this system.",
            f"Known here: {known}." if known else "This program changes none here.",
        )
    found = setting.availability()
    if not found.available:
        raise StoreUnavailable(found.reason, found.fix)
    sha256 = hashlib.sha256(setting.document).hexdigest()
    there = entries.find(setting, sha256) is not None
    operation = Operation.ADD if on else Operation.REMOVE
    preview = tuple(setting.preview(operation, setting.document))
    if not preview:
        return Plan(f"“{title(setting)}” is {_why_nothing(on=on, there=there)}", ())
    step = Step(
        operation=operation,
        store=setting.id,
        store_title=setting.title,
        sha256=sha256,
        der=setting.document,
        trust=Trust(),
        effective_trust=Trust(),
        privilege=setting.privilege,
        preview=preview,
    )
    what = f"Set “{title(setting)}”" if on else f"Bring back what was before “{title(setting)}”"
    helped = step.privilege is Privilege.ADMINISTRATOR
    notes = tuple(warnings.of_helper()) if helped else ()
    return Plan(what, (step,), notes, needs_fingerprint=False)


def _why_nothing(*, on: bool, there: bool) -> str:
    if on:
        return "already set"
    return "set, but not by this program" if there else "not set"


def of_action(action: str | None, known: Sequence[settings.Setting]) -> settings.Setting | None:
    """The setting that a remedy's action (``setting:NAME``) changes, where this system has it."""
    return next((one for one in known if action == f"setting:{name(one)}"), None)


def for_message(
    explanation: Explanation, known: Sequence[settings.Setting]
) -> tuple[settings.Setting, ...]:
    """The settings that a cause of a message suggests, and that the message's program heeds."""
    from trustmgr import knowledge
    from trustmgr.clients.reading import clients_named

    heeding = set(clients_named(explanation.client)) if explanation.client else set()
    actions = {
        remedy.action for one in explanation.causes for remedy in knowledge.remedies(one.cause, {})
    }
    return tuple(
        one for one in known if f"setting:{name(one)}" in actions and heeding & set(one.programs)
    )


def name(setting: settings.Setting) -> str:
    """The last word of its id, as a command takes it."""
    return setting.id.rpartition(".")[2]


def title(setting: settings.Setting) -> str:
    """For people."""
    return settings.title(setting.document)
