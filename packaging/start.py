"""Where the packaged programs begin: the one named ...-gui opens the window, the other listens.

Each is its own privileged helper, too (`platform_backends.elevation.launcher`).
"""

import sys
from pathlib import Path


def main() -> int:
    """Chosen by the first word, and by the program's own name."""
    if sys.argv[1:2] == ["--privileged-helper"]:
        from platform_backends.elevation.helper import main as helper

        return helper()
    from ui.launch import script, window

    return window() if Path(sys.executable).stem.endswith("-gui") else script()


if __name__ == "__main__":
    sys.exit(main())
