"""The flow's pages in a stack, with the steps above and Back, Next and Cancel below.

Pages are made when they are first reached. Back walks the pages that were really seen; Cancel
stops whatever runs and begins anew, leaving nothing behind.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ui.context import Context
from ui.style.controls import Line
from ui.text import Size, label, message_box
from ui.trouble import trouble
from ui.wizard.flow import Flow
from ui.wizard.foot import Foot
from ui.wizard.page import START_OVER, Page
from ui.wizard.steps_bar import StepsBar

#: Name -> module and class. To add a page: its file, and one line here.
PAGES = {
    "symptom": ("ui.wizard.symptom", "SymptomPage"),
    "explained": ("ui.wizard.explained", "ExplainedPage"),
    "looking": ("ui.wizard.looking", "LookingPage"),
    "findings": ("ui.wizard.findings", "FindingsPage"),
    "remedies": ("ui.wizard.remedies", "RemediesPage"),
    "review": ("ui.wizard.review", "ReviewPage"),
    "doing": ("ui.wizard.doing", "DoingPage"),
    "proof": ("ui.wizard.proof", "ProofPage"),
    "done": ("ui.wizard.done", "DonePage"),
}


class Wizard(QWidget):
    """The Diagnose page of the main window."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.flow = Flow()
        self._made: dict[str, Page] = {}
        self._seen: list[str] = []
        self.current_name = ""
        self.steps = StepsBar()
        self.heading = label("", size=Size.TITLE, bold=True)
        self.stack = QStackedWidget()
        self.foot = Foot()
        self.back_button, self.cancel_button = self.foot.back, self.foot.cancel
        self.next_button = self.foot.next
        self.back_button.clicked.connect(self.back)
        self.cancel_button.clicked.connect(self.cancel)
        self.next_button.clicked.connect(self.go_on)
        self._lay_out()
        escape = QShortcut(QKeySequence.StandardKey.Cancel, self)  # Esc; on a Mac Cmd+. as well
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._escape)
        self.show_page("symptom")

    def _lay_out(self) -> None:
        top = QVBoxLayout()
        top.setContentsMargins(24, 12, 24, 8)
        top.setSpacing(14)
        top.addWidget(self.steps)
        top.addWidget(self.heading)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.stack, 1)
        column.addWidget(Line())
        column.addWidget(self.foot)

    # -- moving ------------------------------------------------------------------------------

    @property
    def _page(self) -> Page:
        return self._made[self.current_name]

    def page(self, name: str) -> Page:
        """The page of this name, made when first asked for."""
        if name not in self._made:
            module, class_name = PAGES[name]
            made: Page = getattr(import_module(module), class_name)(self.context)
            made.changed.connect(self._buttons)
            made.go.connect(self.advance_to)
            self._made[name] = made
            self.stack.addWidget(made)
        return self._made[name]

    def advance_to(self, name: str) -> None:
        """Go on; Back will return to where we are, unless that page is only passed through."""
        if name == START_OVER:
            self.start_over()
            return
        if self.current_name and not self._page.transient:
            self._seen.append(self.current_name)
        if self.current_name and self._page.commits:
            self._seen.clear()
        self.show_page(name)

    def show_page(self, name: str) -> None:
        """Bring a page to the front."""
        if self.current_name:
            self._page.leave()
        page = self.page(name)
        self.current_name = name
        page.flow = self.flow
        self.stack.setCurrentWidget(page)
        self.steps.show_stage(page.stage)
        self.heading.setText(page.title)
        page.enter()
        if self.current_name == name:  # a page may lead on at once
            self._buttons()
            self._focus(page)

    def go_on(self) -> None:
        """As its button says."""
        if self.can_next:
            self._page.advance()

    @property
    def can_back(self) -> bool:
        """Whether there is a page before."""
        return bool(self._seen) and self._page.can_back()

    @property
    def can_next(self) -> bool:
        """Whether there is a button that leads on, and it can be pressed."""
        return bool(self._page.next_text()) and self._page.can_next()

    def back(self) -> None:
        """To the page before."""
        if self.can_back:
            self.show_page(self._seen.pop())

    def cancel(self) -> None:
        """Stop, and begin anew."""
        if not self._page.cancel():
            self.start_over()

    def start_over(self) -> None:
        """A new flow, on the first page."""
        if self.flow.before_task is not None:
            self.flow.before_task.drop()
        self.flow = Flow()
        self._seen.clear()
        self.show_page("symptom")

    @property
    def can_start_over(self) -> bool:
        """Not while something is being changed."""
        return self._page.can_back()

    def open_file(self) -> None:
        """Choose a certificate file, and begin anew with it."""
        from ui.files import ask_certificate

        ask_certificate(self, self._opened)

    def _opened(self, path: str) -> None:
        if self.can_start_over:
            self.start_over()
            self.flow.text = path
            self._page.enter()

    def save_report(self) -> None:
        """Keep what was found so far, wherever in the flow that is."""
        from ui.files import ask_report

        ask_report(self, self._save)

    def _save(self, path: Path) -> None:
        from ui.report_files import save

        flow = self.flow
        self.context.runner.run(
            lambda progress: save(path, flow), done=self._saved, failed=self._unsaved
        )

    def _saved(self, paths: tuple[Path, ...]) -> None:
        self.context.tell(f"The report was saved: {' and '.join(str(path) for path in paths)}")

    def _unsaved(self, error: BaseException) -> None:
        from ui.style.sheet import present

        found = trouble(error)
        present(message_box(self, "Save a report", found.sentence, found.next_step))

    def stage_ready(self) -> None:
        """The demo's lab runs now."""
        ready = getattr(self.page("symptom"), "stage_ready", None)
        if ready is not None:
            ready()

    # -- buttons -----------------------------------------------------------------------------

    def _escape(self) -> None:
        if self.cancel_button.isVisible() and self.cancel_button.isEnabled():
            self.cancel()

    def _buttons(self) -> None:
        page = self._page
        self.heading.setText(page.title)
        text = page.next_text()
        self.next_button.setText(text)
        self.next_button.setAccessibleName(text.replace("&", ""))
        self.next_button.setVisible(bool(text))
        self.next_button.setEnabled(page.can_next())
        self.back_button.setVisible(bool(self._seen))
        self.back_button.setEnabled(self.can_back)
        self.cancel_button.setVisible(page.can_cancel())
        self._buttons_last(page)

    def _buttons_last(self, page: Page) -> None:
        """Tab goes through the page, then to the buttons under it, then to the sidebar.

        What is made later comes last in Qt's order, so the buttons are moved behind it again.
        """
        before: QWidget = page
        widget = page.nextInFocusChain()
        while widget is not None and widget is not page:
            if page.isAncestorOf(widget) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                before = widget
            widget = widget.nextInFocusChain()
        for made in self.foot.in_order:
            QWidget.setTabOrder(before, made)
            before = made

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard is where the page wants it, from the first moment."""
        super().showEvent(event)
        if not event.spontaneous():
            self._focus(self._page)

    def _focus(self, page: Page) -> None:
        wanted = page.first_focus()
        if wanted is not None and wanted.isEnabled():
            wanted.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.next_button.isEnabled() and self.next_button.isVisibleTo(self):
            self.next_button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.cancel_button.setFocus(Qt.FocusReason.OtherFocusReason)
