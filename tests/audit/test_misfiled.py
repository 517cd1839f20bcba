"""Certificates in the wrong one of Windows' stores."""

from __future__ import annotations

import pytest

from platform_backends.base import Origin, Trust
from tests.audit.test_certificates import Shelf
from tests.making import Made, chain, make
from trustmgr.audit import Observation, Weight, audit
from trustmgr.progress import Progress

LEAF, MIDDLE, ROOT = chain()


def looked(**shelves: list[Made]) -> list[Observation]:
    stores = []
    for word, certificates in shelves.items():
        identity = f"windows.{word.replace('_', '.')}"
        shelf = Shelf(id=identity, title=identity)
        for made in certificates:
            trust = Trust() if word.endswith("ca") else None
            shelf.put(made, Origin.USER, *([trust] if trust else []))
        stores.append(shelf)
    found = audit(stores, (), None, Progress()).observations
    return [o for o in found if o.kind == "misfiled"]


def test_each_in_its_store_is_nothing_to_tell() -> None:
    assert looked(user_root=[ROOT], user_ca=[MIDDLE], machine_root=[make("site.example")]) == []


def test_an_intermediate_among_the_roots_is_trusted_by_itself() -> None:
    (seen,) = looked(user_root=[ROOT, MIDDLE])
    assert seen.weight is Weight.WARNING
    assert seen.sha256 == MIDDLE.sha256
    assert any("remove" in command for command in seen.commands)


@pytest.mark.parametrize("where", ["user_ca", "machine_ca"])
def test_a_root_among_the_intermediates_has_no_effect(where: str) -> None:
    (seen,) = looked(**{where: [ROOT, MIDDLE]})
    assert seen.weight is Weight.NOTICE
    assert seen.sha256 == ROOT.sha256
    assert "import it anew" in seen.advice


def test_one_that_is_among_the_roots_too_may_lie_where_it_will() -> None:
    assert looked(user_ca=[ROOT], machine_root=[ROOT]) == []


def test_what_every_windows_has_is_not_told() -> None:
    assert looked(machine_ca=[make("Root Agency", ca=True)]) == []
