"""The console script (`script`): no arguments open the window, arguments go to the command line.

Qt is loaded only when a window is wanted, so that `trustmgr inspect` stays fast and works
where Qt does not.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

#: What Debian and Ubuntu need for the window, for the sentence that says so.
_LIBRARIES = (
    "libegl1 libgl1 libxkbcommon0 libdbus-1-3 fontconfig fonts-dejavu-core"
    " libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1"
)


def has_display(platform: str, environment: Mapping[str, str]) -> bool:
    """Whether a window could open: elsewhere than on Linux and the BSDs, always."""
    if platform in {"win32", "darwin"}:
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def script() -> int:
    """The console script `trustmgr`: `main` in a process of its own, which may be hurried.

    A short run makes little garbage, so it is looked for less often; and in the end the system
    takes the process back faster than Python takes itself apart. Together a fifth of the time.
    """
    import gc

    gc.set_threshold(100_000, 50, 100)
    code = main()
    threads = sys.modules.get("threading")
    if threads is None or threads.active_count() == 1:
        _leave(code)
    return code


def _leave(code: int) -> None:
    """End the process here; return where its output cannot be brought to its end."""
    import atexit

    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, AttributeError):  # closed, or never there: Python knows what to do
        return
    os._exit(code)


def main() -> int:
    """What `trustmgr` does. Returns the process's exit code."""
    arguments = sys.argv[1:]
    if arguments and arguments != ["--demo"]:
        return _command_line(arguments)
    demo = bool(arguments)
    if has_display(sys.platform, os.environ):
        return _open(demo)
    if demo:
        from trustmgr.cli.demo import run

        return run()
    sys.stderr.write(
        "There is no screen to open a window on. Use the command line as shown here.\n"
    )
    sys.stderr.flush()
    _help()
    return 2


def window() -> int:
    """The GUI script `trustmgr-gui`."""
    return _open(demo="--demo" in sys.argv[1:])


def _command_line(arguments: list[str]) -> int:
    from trustmgr.cli import main as command_line

    return int(command_line(arguments))


def _help() -> None:
    try:
        _command_line(["--help"])
    except SystemExit:  # argparse ends the program after its help; this one has more to say
        return


def _open(demo: bool) -> int:
    try:
        from ui.app import run
    except ImportError as error:
        sys.stderr.write(
            f"The window cannot open: {error}. "
            f"Install what Qt needs (Debian, Ubuntu: apt install {_LIBRARIES}), "
            "or use the command line: trustmgr --help\n"
        )
        return 2
    return run(demo=demo)


if __name__ == "__main__":
    raise SystemExit(script())
