"""Hostile graphs end within bounds, say so, and never hide a good path that is easy to find."""

from __future__ import annotations

import pytest
from cryptography import x509

from tests.diagnose.test_rules import HOST, causes, judge
from tests.making import NOW, Made, make
from trustmgr.certificate import Certificate
from trustmgr.diagnose.path import MAX_CHECKS, Graph
from trustmgr.findings import Verdict


def crossed(count: int) -> tuple[list[Made], list[Made]]:
    """Authorities that all sign each other: the plain ones, and the cross-signatures."""
    plain = [make(f"CA {number}", ca=True) for number in range(count)]
    crossed = [
        make(f"CA {lower}", plain[upper], ca=True, key=plain[lower].key)
        for lower in range(count)
        for upper in range(count)
        if lower != upper
    ]
    return plain, crossed


def test_hundreds_of_cross_signatures_end_and_say_so() -> None:
    plain, many = crossed(20)
    report = judge(make(HOST, plain[0]), *many, anchors=())
    assert report.verdict is Verdict.UNTRUSTED
    assert {"untrusted-root", "chain-too-complex"} <= set(causes(report))


def test_a_good_path_among_them_is_found() -> None:
    plain, many = crossed(20)
    root = make("Root", ca=True)
    way_out = make("CA 7", root, ca=True, key=plain[7].key)
    report = judge(make(HOST, plain[0]), *many, way_out, anchors=(root,))
    assert causes(report) == []


def test_the_checks_are_counted() -> None:
    same_name = [make("CA", ca=True) for _ in range(MAX_CHECKS // 4)]
    leaf = make(HOST, make("CA", ca=True))
    graph = Graph([Certificate(m.der) for m in same_name for _ in range(1)], frozenset(), NOW)
    (path,) = graph.paths(Certificate(leaf.der))
    assert len(path.certificates) == 1


def test_a_deep_chain_is_given_up() -> None:
    issuer = make("CA 0", ca=True)
    root, sent = issuer, []
    for number in range(1, 40):
        issuer = make(f"CA {number}", issuer, ca=True)
        sent.append(issuer)
    report = judge(make(HOST, issuer), *reversed(sent), anchors=(root,))
    assert report.verdict is Verdict.UNTRUSTED
    assert "chain-too-complex" in causes(report)


@pytest.mark.parametrize("excluded", [True, False])
def test_enormous_name_constraints_are_refused(excluded: bool) -> None:
    subtrees = [x509.DNSName(f"n{number}.example") for number in range(1500)]
    limits = x509.NameConstraints(None if excluded else subtrees, subtrees if excluded else None)
    root = make("Root", ca=True)
    middle = make("Middle", root, ca=True, extra=((limits, True),))
    names = (HOST, *(f"x{number}.test" for number in range(1500)))
    report = judge(make(HOST, middle, names=names), middle, anchors=(root,))
    assert causes(report) == ["name-constraint"]
    assert "give up" in report.findings[0].detail
