"""This program against `cryptography` and `openssl verify`, on chains bent in every named way."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.differential.chains import DEVIATIONS, bent, make
from tests.differential.explained import LAXER, STRICTER
from tests.differential.verifiers import accepts, causes, cryptography, openssl, ours

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="not installed: openssl")

DEPTHS = (0, 1, 2)


def compare(depth: int, deviations: tuple[str, ...], folder: Path) -> None:
    """Fails on a disagreement that no table explains."""
    made = make(bent(depth, deviations))
    report = ours(made)
    mine = accepts(report)
    for name, why in (("cryptography", cryptography(made)), ("openssl", openssl(made, folder))):
        if mine is not (not why):
            table = (STRICTER if why else LAXER)[name]
            explained = [entry for entry in table if set(entry.split(" + ")) <= set(deviations)]
            assert explained, (depth, deviations, causes(report), name, why)


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_good_chain_is_good_for_all(depth: int, tmp_path: Path) -> None:
    made = make(bent(depth, ()))
    assert accepts(ours(made)), causes(ours(made))
    assert cryptography(made) == openssl(made, tmp_path) == ""


@pytest.mark.parametrize("deviation", DEVIATIONS)
def test_one_deviation(deviation: str, tmp_path: Path) -> None:
    for depth in DEPTHS:
        compare(depth, (deviation,), tmp_path)


@pytest.mark.parametrize("depth", (*DEPTHS, 3))
def test_several_deviations(depth: int) -> None:
    several = st.lists(st.sampled_from(sorted(DEVIATIONS)), min_size=2, max_size=4, unique=True)

    with tempfile.TemporaryDirectory() as folder:

        @settings(
            max_examples=400,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(several)
        def check(deviations: list[str]) -> None:
            compare(depth, tuple(deviations), Path(folder))

        check()


def test_no_entry_of_the_tables_is_stale(tmp_path: Path) -> None:
    """Each explained disagreement is one that really happens."""
    for tables, they_accept in ((LAXER, True), (STRICTER, False)):
        for name, table in tables.items():
            for deviation in table:
                assert any(_disagrees(d, deviation, name, they_accept, tmp_path) for d in DEPTHS), (
                    name,
                    deviation,
                )


def _disagrees(depth: int, deviation: str, name: str, they_accept: bool, folder: Path) -> bool:
    made = make(bent(depth, tuple(deviation.split(" + "))))
    why = cryptography(made) if name == "cryptography" else openssl(made, folder)
    return accepts(ours(made)) is not they_accept and (not why) is they_accept
