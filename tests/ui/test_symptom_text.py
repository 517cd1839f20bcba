"""Address, file or message."""

from __future__ import annotations

from pathlib import Path

import pytest

from ui.wizard.symptom_text import Kind, kind_of, local_path


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", Kind.NOTHING),
        (" \n ", Kind.NOTHING),
        ("intranet", Kind.ADDRESS),
        ("https://intranet:8443/path", Kind.ADDRESS),
        ("[::1]:443", Kind.ADDRESS),
        ("SSL certificate problem: unable to get", Kind.MESSAGE),
        ("one\ntwo", Kind.MESSAGE),
        ("x" * 5000, Kind.MESSAGE),
        ("\x00", Kind.ADDRESS),
    ],
)
def test_kind(text: str, kind: Kind) -> None:
    assert kind_of(text) is kind


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "name with space.pem"
    path.write_text("x")
    assert kind_of(str(path)) is Kind.FILE
    assert kind_of(path.as_uri()) is Kind.FILE
    assert local_path(path.as_uri()) == str(path)
    assert kind_of(f'"{path}"') is Kind.FILE
    assert kind_of(str(tmp_path / "missing.pem")) is Kind.ADDRESS
