"""The command line: `main(argv)` reads the words, runs one command and answers an exit code.

Only the module of the command that is asked for is imported.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from trustmgr.cli import streams
from trustmgr.errors import ExitCode, TrustManagerError

if TYPE_CHECKING:
    import argparse
    from types import ModuleType

    from trustmgr.engine import Engine

#: Command -> module of this folder.
COMMANDS = {
    "inspect": "inspect",
    "explain": "explain",
    "stores": "stores",
    "list": "list_",
    "audit": "audit",
    "check": "check",
    "import": "import_",
    "remove": "remove",
    "distrust": "distrust",
    "profile": "profile",
    "setting": "setting",
    "verify": "verify",
    "history": "history",
    "undo": "undo",
    "lab": "lab",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Never raises: errors are one plain sentence on stderr."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not sys.warnoptions:  # what libraries tell developers is nothing for stderr
        warnings.simplefilter("ignore")
    streams.prepare()
    try:
        try:
            return _run(words)
        finally:
            sys.stdout.flush()  # here, where a failure can still be said
    except TrustManagerError as error:
        return _fail(error.sentence, error.next_step, error.exit_code)
    except KeyboardInterrupt:
        return _fail("Stopped.", "", ExitCode.REFUSED)
    except BrokenPipeError:  # whoever read the output has seen enough
        streams.discard()
        return ExitCode.OK
    except Exception as error:
        return _store_error(error)


def _run(words: list[str]) -> int:
    parser = build_parser(words[:1])
    args = parser.parse_args(words)
    from trustmgr.engine import Engine

    if args.demo:
        from trustmgr.cli import demo

        return demo.run()
    if args.command is None:
        parser.print_help()
        return ExitCode.USAGE
    engine = Engine()
    for sentence in _recover(engine):
        sys.stderr.write(sentence + "\n")
    code: int = _module(args.command).run(args, engine)
    return code


def _recover(engine: Engine) -> Sequence[str]:
    """A journal that cannot be opened stops changes, which say so themselves, but no diagnosis."""
    try:
        return engine.recover()
    except TrustManagerError as error:
        return (f"An interrupted change is not resolved yet: {error.sentence} {error.next_step}",)


def build_parser(first: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The parser. When the first word is a command, only that command is built: it saves time."""
    from trustmgr.cli.parser import Parser

    parser = Parser(
        prog="trustmgr",
        description="Finds out why a certificate is not trusted, and fixes it safely.",
        epilog="Without a command the window opens.",
    )
    from trustmgr import __version__

    parser.add_argument("--version", action="version", version=f"Trust Manager {__version__}")
    parser.add_argument("--demo", action="store_true", help="try it on broken sites of our own")
    commands = parser.add_subparsers(  # its own guess at `prog` would load what only help needs
        dest="command", metavar="COMMAND", prog=parser.prog
    )
    wanted = [name for name in COMMANDS if name in first] or list(COMMANDS)
    for name in wanted:
        module = _module(name)
        module.configure(commands.add_parser(name, help=module.HELP, description=module.HELP))
    return parser


def _module(command: str) -> ModuleType:
    return import_module(f"trustmgr.cli.{COMMANDS[command]}")


def _store_error(error: Exception) -> int:
    """What the ground floor refused, or a mistake of ours: said in one sentence either way."""
    from platform_backends.base import RefusedByUser, RightsMissing, StoreError, WriteFailed

    if isinstance(error, OSError):
        return _system_error(error)
    if not isinstance(error, StoreError):
        return _internal(error)
    next_step = error.next_step
    if isinstance(error, RightsMissing) and error.command and error.command not in next_step:
        next_step = f"{next_step} Run: {error.command}".strip()
    if isinstance(error, (RightsMissing, RefusedByUser)):
        return _fail(error.sentence, next_step, ExitCode.REFUSED)
    code = ExitCode.ROLLED_BACK if isinstance(error, WriteFailed) else ExitCode.USAGE
    return _fail(error.sentence, next_step, code)


def _system_error(error: OSError) -> int:
    """What the operating system refused: a full disk behind stdout, a folder that went away."""
    streams.discard()
    where = f"{error.filename}: " if error.filename else ""
    return _fail(
        f"The system refuses: {where}{error.strerror or error}.",
        "Check the free space and your rights, and try again.",
        ExitCode.USAGE,
    )


def complain(error: Exception) -> int:
    """Say in one sentence what one of many targets came to; its exit code."""
    if isinstance(error, TrustManagerError):
        return _fail(error.sentence, error.next_step, error.exit_code)
    return _internal(error)


def _internal(error: Exception) -> int:
    """A mistake in this program. TRUSTMGR_DEBUG shows where."""
    import os

    if os.environ.get("TRUSTMGR_DEBUG"):
        import traceback

        traceback.print_exception(error)
    return _fail(
        f"Trust Manager made a mistake of its own ({type(error).__name__}: {error}).",
        "Please report it; TRUSTMGR_DEBUG=1 shows where it happened.",
        ExitCode.USAGE,
    )


def _fail(sentence: str, next_step: str, code: int) -> int:
    from trustmgr.text import inert

    line = inert(" ".join(f"{sentence} {next_step}".split()), 2000)
    sys.stderr.write(f"trustmgr: {line}\n")
    return code
