"""Drives the real window through its pages on the lab and saves pictures of each.

    python -m tests.ui.shots FOLDER [light|dark] [--fake] [--scale 1.25] [--size 1280x800]
    python -m tests.ui.shots FOLDER --sites expired,self-signed     what is found there, and remedies
    python -m tests.ui.shots --readme [--font Inter]                docs/screenshot.png, anew

Not a test: it is for looking at. Needs a screen (Xvfb will do).
"""

from __future__ import annotations

import argparse
import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.ui import palettes
from ui.certificate.fingerprint import grouped
from ui.demo import DemoStage
from ui.main_window import MainWindow
from ui.service import Service
from ui.style.tones import is_dark


def wait(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        QCoreApplication.processEvents()
        time.sleep(0.005)
        if time.monotonic() > end:
            raise TimeoutError("the window did not get there")


def settle(seconds: float = 0.25) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QCoreApplication.processEvents()
        time.sleep(0.005)


class Camera:
    def __init__(self, window: MainWindow, folder: Path, prefix: str) -> None:
        self.window, self.folder, self.prefix = window, folder, prefix
        self.number = 0

    def shoot(self, name: str) -> None:
        settle()
        self.number += 1
        path = self.folder / f"{self.prefix}{self.number:02d}-{name}.png"
        self.window.grab().save(str(path))


def tour(window: MainWindow, camera: Camera, site: str, ca_sha256: str) -> None:
    wizard = window.page(0)

    def at(name: str) -> Callable[[], bool]:
        return lambda: wizard.current_name == name

    camera.shoot("symptom")
    symptom = wizard.page("symptom")
    symptom.field.setPlainText(
        "Could not establish trust relationship for the SSL/TLS secure channel with authority "
        f"'{site}'"
    )
    wizard.next_button.click()
    wait(lambda: wizard.flow.explanation is not None)
    camera.shoot("explained")
    wizard.next_button.click()
    camera.shoot("looking")
    wait(at("findings"))
    camera.shoot("findings")
    findings = wizard.page("findings")
    for toggle in ("Certificate &details", "C&onnection", "Proof"):
        unfold(findings, toggle)
    camera.shoot("findings-details")
    wizard.next_button.click()
    camera.shoot("remedies")
    remedies = wizard.page("remedies")
    pick_import(remedies)
    wizard.next_button.click()
    review = wizard.page("review")
    wait(lambda: review.confirm is not None)
    camera.shoot("review")
    review.confirm.field.setText("00" * 32)
    camera.shoot("review-wrong")
    digest = review.confirm.field.expected or ca_sha256
    review.confirm.field.setText(grouped(digest).replace("\n", " "))
    camera.shoot("review-right")
    scroll = review._scroll.verticalScrollBar()
    scroll.setValue(scroll.maximum())
    camera.shoot("review-bottom")
    wizard.next_button.click()
    camera.shoot("doing")
    wait(at("proof"))
    wait(lambda: wizard.flow.after is not None)
    camera.shoot("proof")
    wizard.next_button.click()
    camera.shoot("done")
    window.show_page(1)
    wait(lambda: window.page(1)._task is None)
    camera.shoot("stores")
    window.show_page(2)
    wait(lambda: window.page(2)._task is None)
    camera.shoot("history")
    window.show_page(0)
    wizard.start_over()
    symptom.field.setPlainText(
        "The trust relationship between this workstation and the primary domain failed"
    )
    wizard.next_button.click()
    wait(lambda: wizard.flow.explanation is not None)
    camera.shoot("not-tls")
    window.show_help()
    settle()


def site_tour(window: MainWindow, camera: Camera, name: str, target: str) -> None:
    """What is found on one site, and what can be done."""
    wizard = window.page(0)
    wizard.start_over()
    wizard.page("symptom").field.setPlainText(target)
    wizard.next_button.click()
    wait(lambda: wizard.current_name == "findings")
    camera.shoot(f"{name}-findings")
    wizard.next_button.click()
    if wizard.current_name == "proof":
        wait(lambda: wizard.flow.after is not None)
    camera.shoot(f"{name}-{wizard.current_name}")


def readme_picture(window: MainWindow, target: str) -> None:
    """What was found on a site: the picture of README.md."""
    wizard = window.page(0)
    wizard.page("symptom").field.setPlainText(target)
    wizard.next_button.click()
    wait(lambda: wizard.current_name == "findings")
    window.statusBar().clearMessage()
    settle(0.5)
    picture = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    picture.save(str(_PICTURE), "PNG", 0)  # packed as small as it goes


_PICTURE = Path(__file__).parents[2] / "docs" / "screenshot.png"


def unfold(page: object, text: str) -> None:
    from ui.style.fold import FoldButton

    for toggle in page.findChildren(FoldButton):  # type: ignore[attr-defined]
        if toggle.text() == text:
            toggle.setChecked(True)


def pick_import(remedies: object) -> None:
    for index, card in enumerate(remedies.cards):  # type: ignore[attr-defined]
        if card.remedy.action == "import-certificate":
            remedies.choose(index)  # type: ignore[attr-defined]
            return


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, nargs="?", default=Path())
    parser.add_argument("theme", choices=("light", "dark"), nargs="?", default="light")
    parser.add_argument("--fake", action="store_true")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--size", default="1120x760")
    parser.add_argument("--sites", default="", help="sites of the lab, with commas between")
    parser.add_argument("--font", default="")
    parser.add_argument("--readme", action="store_true")
    options = parser.parse_args()
    if options.readme:
        os.environ["QT_SCALE_FACTOR"] = "1.5"  # sharp on screens of today
    options.folder.mkdir(parents=True, exist_ok=True)
    application = QApplication([])
    application.setFont(scaled(application, options.scale))
    if options.font:
        chosen = application.font()
        chosen.setFamily(options.font)
        application.setFont(chosen)
    if options.theme == "dark":
        application.styleHints().setColorScheme(Qt.ColorScheme.Dark)
        settle()
        if not is_dark(application.palette()):  # a screen without a desktop has no theme
            application.setPalette(palettes.dark())
    width, height = (int(part) for part in options.size.split("x"))
    prefix = f"{options.theme}-"
    if options.fake:
        from tests.ui.conftest import FakeService
        from tests.ui.fake_engine import FakeEngine

        engine = FakeEngine()
        window = MainWindow(FakeService(engine))
        show(window, width, height)
        tour(window, Camera(window, options.folder, prefix), "intranet.example:8443", "")
        return
    with DemoStage() as stage:
        window = MainWindow(Service(stage.sandbox), stage)
        show(window, width, height)
        wait(lambda: bool(stage.lab))
        settle()
        assert stage.lab is not None
        if options.readme:
            readme_picture(window, stage.lab.sites["root-included"].target)
            window.stop_work()
            return
        for name in filter(None, options.sites.split(",")):
            camera = Camera(window, options.folder, prefix)
            site_tour(window, camera, name, stage.lab.sites[name].target)
        if options.sites:
            window.stop_work()
            return
        site = stage.lab.sites["root-included"]
        ca = hashlib.sha256(stage.lab.ca_der).hexdigest()
        tour(window, Camera(window, options.folder, prefix), f"{site.host}:{site.port}", ca)
        window.stop_work()


def scaled(application: QApplication, factor: float):  # noqa: ANN201
    font = application.font()
    font.setPointSizeF(font.pointSizeF() * factor)
    return font


def show(window: MainWindow, width: int, height: int) -> None:
    window.resize(width, height)
    window.show()
    settle()
    window.begin_background_work()


if __name__ == "__main__":
    os.environ.pop("TRUSTMGR_FIRST_PAINT", None)
    main()
