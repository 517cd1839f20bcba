"""Browsers without a window, driven from outside: what the clients and the tests share.

devtools.py    Chromium, through its debugging pipe
marionette.py  Firefox, through its automation port
client.py      what both share as clients     sandbox.py  databases that trust what a sandbox trusts
"""


class Silent(Exception):
    """The browser does not answer, or has ended."""
