"""The one door for developers: sets up `.venv` once and runs the program, its tests and its checks.

    python3 dev.py run [ARGS]      the program, with ARGS (`python3 dev.py run inspect example.org`)
    python3 dev.py test [ARGS]     the tests, with ARGS for pytest
    python3 dev.py windows [ARGS]  the tests, or Python, on Windows (by Wine, on Linux)
    python3 dev.py lint            ruff, mypy and the floors
    python3 dev.py bench [ARGS]    how fast it is, compared with other programs
    python3 dev.py package         one-folder programs in dist/
    python3 dev.py lock [ARGS]     write the lock files anew (`--upgrade`: with the newest versions)

Standard library only. This file is kept so that old versions of Python can read it and say what
they lack; the work is done in packaging/house, which needs the version named below.
"""

import os
import sys

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.abspath(__file__))
COMMANDS = ("run", "test", "windows", "lint", "bench", "package", "lock")


def main() -> int:
    """Run one command. Returns the process's exit code."""
    if sys.version_info < OLDEST:
        return _too_old()
    words = sys.argv[1:]
    if not words or words[0] not in COMMANDS:
        wanted_help = not words or words[0] in ("-h", "--help", "help")
        (sys.stdout if wanted_help else sys.stderr).write(__doc__ or "")
        return 0 if wanted_help and words else 2
    sys.path.insert(0, os.path.join(ROOT, "packaging"))
    from importlib import import_module

    from house.trouble import Trouble

    try:
        command = import_module("house.command_" + words[0])
        return int(command.run(words[1:]))
    except Trouble as trouble:
        sys.stderr.write("dev.py: " + str(trouble) + "\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("dev.py: Stopped.\n")
        return 130


def _too_old() -> int:
    here = ".".join(str(part) for part in sys.version_info[:3])
    sys.stderr.write(
        "dev.py: Trust Manager needs Python 3.11 or newer, and this is Python " + here + ". "
        "Install a newer one and name it, for example: python3.11 dev.py run\n"
    )
    return 2


if __name__ == "__main__":
    sys.exit(main())
