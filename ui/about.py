"""About: the version and the licence, in the application's menu on macOS."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget

from ui.text import message_box


def about_box(parent: QWidget) -> QMessageBox:
    """Not yet shown."""
    from trustmgr import __version__

    return message_box(
        parent,
        "About Trust Manager",
        f"Trust Manager {__version__}",
        "Finds out why a connection is not trusted, and helps to set it right.\n"
        "Free software under the Apache License 2.0.",
    )
