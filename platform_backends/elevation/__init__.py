"""Doing one change with an administrator's rights, and nothing else.

request.py   the one question that is asked      helper.py    answers it, as root
launcher.py  pkexec, sudo, UAC (runas.py, pipe.py)   perform.py   with enough rights directly, else asking
"""

from platform_backends.elevation.perform import perform
from platform_backends.elevation.request import Request

__all__ = ["Request", "perform"]
