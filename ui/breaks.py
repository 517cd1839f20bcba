"""Places where a long word may break: a fingerprint or a hostile name never widens a page.

Qt breaks lines between words only. The places are zero-width spaces, which `trustmgr.text.inert`
lets through from nowhere else, and nothing that is copied holds one.
"""

from __future__ import annotations

import re

from PySide6.QtGui import QClipboard, QGuiApplication

_BREAK = "\u200b"
#: Words up to this many characters stay whole; longer ones may break after every `_PART`.
_WHOLE, _PART = 32, 16
_LONG = re.compile(rf"[^\s/\-]{{{_WHOLE + 1},}}")


def breakable(text: str) -> str:
    """`text` with places to break in its long words."""
    return _LONG.sub(lambda found: _parts(found.group()), text)


def _parts(word: str) -> str:
    return _BREAK.join(word[at : at + _PART] for at in range(0, len(word), _PART))


def unbroken(text: str) -> str:
    """The reverse of `breakable`."""
    return text.replace(_BREAK, "")


def copy_selection(text: str) -> None:
    """To the clipboard, as it was before `breakable`."""
    QGuiApplication.clipboard().setText(_plain(text))


def keep_selection(text: str) -> None:
    """The same for the mouse's own selection, on systems that have one."""
    clipboard = QGuiApplication.clipboard()
    if clipboard.supportsSelection():
        clipboard.setText(_plain(text), QClipboard.Mode.Selection)


def _plain(text: str) -> str:
    return unbroken(text).replace("\u2029", "\n").replace("\u2028", "\n")
