"""`python -m trustmgr`: the command line alone, without the window."""

import sys

from trustmgr.cli import main

if __name__ == "__main__":
    sys.exit(main())
