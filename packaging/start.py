"""Where the packaged programs begin: the one named ...-gui opens the window, the other listens."""

import sys
from pathlib import Path

from ui.launch import script, window

if __name__ == "__main__":
    sys.exit(window() if Path(sys.executable).stem.endswith("-gui") else script())
