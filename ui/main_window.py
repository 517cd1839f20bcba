"""The main window: a sidebar with Diagnose, Stores and History, and their pages beside it.

Only the Diagnose page is built before the first paint; the others when they are first shown.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QIcon, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from ui.context import Context
from ui.menu_bar import MenuBar
from ui.notice_bar import NoticeBar
from ui.service import Service
from ui.sidebar import Sidebar
from ui.style.controls import Line
from ui.tasks import Runner
from ui.text import grown

if TYPE_CHECKING:
    from trustmgr.remedy.drift import Drift
    from ui.demo import DemoStage

#: Name in the sidebar (Ctrl+1, ...; letters with Alt are the pages' own) -> module and class of its page. To add a page: one line.
PAGES = {
    "Diagnose": ("ui.wizard.wizard", "Wizard"),
    "Stores": ("ui.stores.page", "StoresPage"),
    "History": ("ui.history.page", "HistoryPage"),
}


#: Fits a screen of 1280 by 800; of smaller ones this share is left to the window, without its frame.
_SIZE, _SHARE = QSize(1120, 760), 0.92


class MainWindow(QMainWindow):
    """Holds the pages and the background work."""

    first_painted = Signal()

    def __init__(self, service: Service, stage: DemoStage | None = None) -> None:
        super().__init__()
        self.setWindowTitle("Trust Manager" + (" (demo)" if stage else ""))
        # The smallest size is what the pages need. A screen that is scaled to 200 % is a small one.
        wanted = QSize(grown(_SIZE.width()), grown(_SIZE.height()))
        self.resize(wanted.boundedTo(self.screen().availableSize() * _SHARE))
        self._runner = Runner(self)
        self._painted = False
        self._closing = False
        self._started = False
        self.context = Context(service, self._runner, self._status, stage)
        self.notice = NoticeBar()
        self.sidebar = Sidebar(list(PAGES))
        self._stack = QStackedWidget()
        self._pages: dict[int, QWidget] = {}
        self._lay_out()
        self._menus = MenuBar(self, list(PAGES))
        self.sidebar.help_wanted.connect(self.show_help)
        self.sidebar.chosen.connect(self.show_page)
        self.show_page(0)

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.notice)
        right.addWidget(self._stack, 1)
        across = QHBoxLayout()
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.sidebar)
        across.addWidget(Line(upright=True))
        across.addLayout(right, 1)
        middle = QWidget()
        middle.setLayout(across)
        self.setCentralWidget(middle)
        self.statusBar().setSizeGripEnabled(False)

    # -- pages -------------------------------------------------------------------------------

    def page(self, index: int) -> QWidget:
        """The page at this place of the sidebar, built when first asked for."""
        if index not in self._pages:
            module, name = list(PAGES.values())[index]
            made: QWidget = getattr(import_module(module), name)(self.context)
            self._pages[index] = made
            self._stack.addWidget(made)
        return self._pages[index]

    def show_page(self, index: int) -> None:
        """Bring a page to the front; pages with a `refresh` look again."""
        page = self.page(index)
        self._stack.setCurrentWidget(page)
        self.sidebar.mark(index)
        self._menus.mark(index)
        self.refresh()

    @property
    def front(self) -> QWidget | None:
        """The page that is shown."""
        return self._stack.currentWidget()

    @property
    def can_refresh(self) -> bool:
        """Whether the page that is shown reads something."""
        return hasattr(self.front, "refresh")

    def refresh(self) -> None:
        """Have the page that is shown read again."""
        refresh = getattr(self.front, "refresh", None)
        if refresh is not None:
            refresh()

    def go_to(self, index: int) -> None:
        """By its keys: the keyboard goes to the page, too. (Arrows in the sidebar stay there.)"""
        self.show_page(index)
        if self.page(index).focusProxy() is not None:
            self.page(index).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_help(self) -> None:
        """The help."""
        from ui.help import HelpDialog
        from ui.style.sheet import present

        present(HelpDialog(self))

    def show_about(self) -> None:
        """The version and the licence."""
        from ui.about import about_box
        from ui.style.sheet import present

        present(about_box(self))

    # -- life --------------------------------------------------------------------------------

    def begin_background_work(self) -> None:
        """After the first paint: recover what a kill interrupted, import the engine, load the icon."""
        if self._started:
            return
        self._started = True
        from ui.app import icon_path

        self.setWindowIcon(QIcon(str(icon_path())))
        service = self.context.service
        self._runner.run(
            lambda progress: service.engine.recover(),
            done=self._recovered,
            failed=self._recovery_failed,
        )
        self._runner.run(service.warm_up, done=lambda _: None, failed=lambda _: None)
        if self.context.stage is not None:
            stage = self.context.stage
            self._runner.run(stage.start, done=self._stage_ready, failed=self._recovery_failed)

    def _recovered(self, sentences: tuple[str, ...]) -> None:
        for sentence in sentences:
            self.notice.tell(sentence)
        service = self.context.service
        self._runner.run(
            lambda progress: service.engine.check(), done=self._checked, failed=lambda _: None
        )

    def _checked(self, found: tuple[Drift, ...]) -> None:
        """Earlier changes that an update has undone are offered again."""
        lost = [one for one in found if one.certain]
        if lost:
            more = f" (and {len(lost) - 1} more)" if len(lost) > 1 else ""
            self.notice.offer(
                lost[0].reason + more, "Do it a&gain…", lambda: self.show_drift(found)
            )

    def show_drift(self, found: tuple[Drift, ...]) -> None:
        """What no longer holds, with a review for each."""
        from ui.stores.drift_dialog import DriftDialog
        from ui.style.sheet import present

        present(DriftDialog(self.context, found, self))

    def _recovery_failed(self, error: BaseException) -> None:
        from ui.trouble import trouble

        found = trouble(error)
        self.notice.tell(f"{found.sentence} {found.next_step}")

    def _stage_ready(self, sites: object) -> None:
        ready = getattr(self.page(0), "stage_ready", None)
        if ready is not None:
            ready()
        self._status("The demo's sites run on this computer; its trust store is a folder.")

    def stop_work(self) -> None:
        """Cancel what runs and give it a moment to end."""
        self._runner.cancel_all()
        self._runner.wait(2.0)

    def _status(self, text: str) -> None:
        from ui.text import shown

        self.statusBar().showMessage(shown(text).replace("\n", " "), 8000)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Looking is dropped; a change finishes its step first, then the window closes."""
        self._runner.cancel_all()
        if not self._runner.changing:
            event.accept()
            return
        event.ignore()
        if not self._closing:
            self._closing = True
            self.notice.tell("Finishing the step that has begun; the window closes after it.")
            self._close_when_finished()

    def _close_when_finished(self) -> None:
        if self._runner.changing:
            QTimer.singleShot(50, self._close_when_finished)
        else:
            self.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell once that the first paint is over."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.first_painted.emit)
