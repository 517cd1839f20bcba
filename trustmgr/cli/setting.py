"""`trustmgr setting`: a setting of the system that decides how programs connect, shown before it is changed."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from trustmgr.cli import changing
from trustmgr.cli.output import paint, print_json, print_table, say
from trustmgr.errors import ConfirmationNeeded, ExitCode, UsageError
from trustmgr.text import inert

if TYPE_CHECKING:
    from platform_backends.settings import Setting
    from trustmgr.engine import Engine
    from trustmgr.plan import Plan

HELP = "settings of the system that decide how programs connect"


def configure(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    add = parser.add_argument
    add("name", nargs="?", metavar="NAME", help="the setting to change; without it they are listed")
    add("--off", action="store_true", help="bring back what was there before")
    add("--yes", action="store_true", help="change it without asking")
    add("--dry-run", action="store_true", help="show what would be written and change nothing")
    add("--json", action="store_true", help="one JSON document instead of text")


def run(args: argparse.Namespace, engine: Engine) -> int:
    """List them, or show what would be written, ask, and do it."""
    if args.name is None:
        if args.off or args.yes or args.dry_run:
            raise UsageError("Name the setting to change.", "`trustmgr setting` lists them.")
        return _list(engine, args)
    from trustmgr.plan import Confirmation

    plan = engine.plan_setting(args.name, on=not args.off)
    if not args.json:
        _write(plan)
    if plan.steps and not (args.yes or args.dry_run):
        _ask(args)
    args.keep_going = False
    return changing.perform(engine, plan, Confirmation(consent=True), args)


def _list(engine: Engine, args: argparse.Namespace) -> int:
    found = [_about(setting) for setting in engine.settings()]
    if args.json:
        print_json({"schema": 1, "settings": found})
    elif found:
        rows = [(one["name"], one["title"], one["state"]) for one in found]
        print_table(rows, ("name", "what it does", "state"))
    else:
        say("There are no settings of this system that this program changes.")
    return ExitCode.OK


def _about(setting: Setting) -> dict[str, Any]:
    from platform_backends.base import StoreError
    from trustmgr.remedy.setting import name, title

    about: dict[str, Any] = {"id": setting.id, "name": name(setting), "title": title(setting)}
    available = setting.availability()
    try:
        state = ("set" if setting.entries() else "not set") if available.available else ""
    except StoreError as error:
        return {**about, "state": f"cannot tell: {error.sentence}"}
    return {**about, "state": state or f"not here: {available.reason}"}


def _write(plan: Plan) -> None:
    sys.stdout.write(paint(plan.title, "bold") + "\n")
    for warning in plan.warnings:
        say(paint("Note: ", "yellow") + warning)
    for step in plan.steps:
        for line in step.preview:
            sys.stdout.write(f"  {inert(line, 1000)}\n")
        if step.privilege.value != "none":
            say("This needs an administrator's rights.", indent=2)
    sys.stdout.flush()


def _ask(args: argparse.Namespace) -> None:
    """Raises `ConfirmationNeeded` unless somebody at the terminal says yes."""
    if args.json or sys.stdin is None or not sys.stdin.isatty():
        raise ConfirmationNeeded(
            "No setting is changed without your word.", "Add --yes. Nothing was changed."
        )
    sys.stdout.write("Change this? Type yes: ")
    sys.stdout.flush()
    if sys.stdin.readline(100).strip().lower() not in ("yes", "y"):
        raise ConfirmationNeeded("The answer was not yes.", "Nothing was changed.")
