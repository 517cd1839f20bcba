"""`trustmgr explain`: an error message from any client, in plain words."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from trustmgr.cli.output import paint, print_json, say
from trustmgr.errors import ExitCode, UsageError
from trustmgr.text import typed

if TYPE_CHECKING:
    from trustmgr.engine import Engine
    from trustmgr.explain import Explanation

HELP = "explain an error message of any client"

_MOST = 16 * 1024 * 1024  # bytes read from a pipe; errors do not hide deeper in a log
_SHOWN = 4  # causes that are told in full
_FIXERS = {
    "this-machine": "can be fixed on this computer",
    "site-owner": "only the owner of the site can fix it",
    "administrator": "an administrator can fix it",
    "nobody": "nobody can fix it",
}
_SURE = {"certain": "It is this", "likely": "Likely", "possible": "Possible"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "text",
        nargs="*",
        metavar="TEXT",
        help="the message (quote it); “-” or nothing: read it from standard input",
    )
    parser.add_argument("--json", action="store_true", help="write one JSON document")


def run(args: argparse.Namespace, engine: Engine) -> int:
    """Prints the explanation. Exit code 1 when nothing was recognised."""
    explanation = engine.explain(_text(args.text))
    if args.json:
        print_json(as_json(explanation))
    else:
        _show(explanation)
        _show_where(explanation, engine)
        _show_settings(explanation, engine)
    return ExitCode.OK if explanation.causes else ExitCode.PROBLEMS


def as_json(explanation: Explanation) -> dict[str, object]:
    """The document of the contract, schema 1."""
    host = explanation.target_host
    return {
        "schema": 1,
        "client": explanation.client,
        "target": None if host is None else {"host": host, "port": explanation.target_port},
        "causes": [
            {
                "cause": cause.cause,
                "confidence": cause.confidence.value,
                "title": cause.title,
                "detail": cause.detail,
                "fix_by": cause.fix_by.value,
            }
            for cause in explanation.causes
        ],
    }


def _show_where(explanation: Explanation, engine: Engine) -> None:
    """Where the program that failed looks, when an import there can mend it."""
    from trustmgr.remedy.where import MENDED

    program = explanation.client
    likely = {cause.cause for cause in explanation.causes[:_SHOWN]}
    if not program or not likely & MENDED:
        return
    target = explanation.target
    found = engine.where(program, target.host if target else None, target.port if target else None)
    if not found:
        return
    say("")
    say(f"{program} reads these stores, the narrowest first:")
    for one in found:
        rights = "; asks for an administrator's password" if one.administrator else ""
        note = f". {one.note}" if one.note else ""
        say(f"{one.id}: {one.title}, {one.serves}{rights}{note}", indent=2)
    say("Then, with the file of the authority that your administrator gave you:")
    sys.stdout.write(f"    $ trustmgr import CA-FILE --store {typed([found[0].id])}\n")
    say("Or, so that every program of this machine accepts it:")
    sys.stdout.write("    $ trustmgr import CA-FILE --everywhere\n")


def _show_settings(explanation: Explanation, engine: Engine) -> None:
    """Settings of this system that its program heeds."""
    from trustmgr.remedy.setting import for_message, name, title

    for setting in for_message(explanation, engine.settings()):
        say("")
        say(f"{title(setting)}: a setting of this computer; each value is shown before it is set.")
        sys.stdout.write(f"    $ trustmgr setting {name(setting)}\n")


def _is_tls(identity: str) -> bool:
    """Whether inspecting a site can tell more about a cause."""
    from trustmgr import knowledge

    return knowledge.cause(identity).tls


def _show_steps(identity: str) -> None:
    """What to do about a cause that inspecting a site cannot tell more about."""
    from trustmgr import knowledge

    for remedy in knowledge.remedies(identity, {}):
        say("")
        say(f"{remedy.title}:")
        say(remedy.detail, indent=2)


def _text(words: list[str]) -> str:
    if words and words != ["-"]:
        return " ".join(words)
    if sys.stdin is None or (not words and sys.stdin.isatty()):
        raise UsageError(
            "There is no text to explain.",
            'Give the message in quotes: trustmgr explain "SSL certificate problem: ..."; or send it '
            "through a pipe.",
        )
    from trustmgr.explain.decode import decode

    return decode(sys.stdin.buffer.read(_MOST))


def _show(explanation: Explanation) -> None:
    causes = explanation.causes
    if not causes:
        say("This message is not known.")
        say(explanation.advice)
    else:
        if explanation.client:
            say(f"This looks like a message of {explanation.client}.")
        for cause in causes[:_SHOWN]:
            say("")
            say(f"{_SURE[cause.confidence]}: {paint(cause.title, 'bold')} ({cause.cause})")
            say(cause.detail, indent=2)
            say(f"Who: {_FIXERS[cause.fix_by]}.", indent=2)
        if len(causes) > _SHOWN:
            say("")
            say("Less often: " + ", ".join(cause.cause for cause in causes[_SHOWN:]) + ".")
        if not _is_tls(causes[0].cause):
            _show_steps(causes[0].cause)
        else:
            say("")
            say(explanation.advice)
    if explanation.target:
        say(f"Next: trustmgr inspect {explanation.target}")
