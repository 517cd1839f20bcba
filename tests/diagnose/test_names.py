"""Names: the tables of RFC 9525, and what no pattern may ever do."""

from __future__ import annotations

import ipaddress

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from tests.making import make
from trustmgr.certificate import Certificate
from trustmgr.diagnose.constraints import constrained_names, violation
from trustmgr.diagnose.names import matches_dns, speaks_for


@pytest.mark.parametrize(
    ("pattern", "host", "fits"),
    [
        ("a.example", "a.example", True),
        ("A.Example.", "a.eXample", True),
        ("*.a.example", "b.a.example", True),
        ("*.a.example", "c.b.a.example", False),
        ("*.a.example", "a.example", False),
        ("*.a.example", ".a.example", False),
        ("*a.example", "ba.example", False),
        ("b*.example.com", "bc.example.com", False),
        ("a.*.example", "a.b.example", False),
        ("*.*.example", "a.b.example", False),
        ("*.com", "a.com", False),
        ("*", "a", False),
        ("*", "*", False),
        ("*.a.example", "*.a.example", False),
        ("", "", False),
        ("xn--bcher-kva.example", "xn--bcher-kva.example", True),
    ],
)
def test_dns(pattern: str, host: str, fits: bool) -> None:
    assert matches_dns(pattern, host) is fits


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_match_keeps_all_labels_but_the_first(pattern: str, host: str) -> None:
    if matches_dns(pattern, host):
        tails = [text.lower().rstrip(".").partition(".")[2] for text in (pattern, host)]
        assert tails[0] == tails[1]


@pytest.mark.parametrize(
    ("host", "fits"),
    [("192.0.2.1", True), ("192.0.2.2", False), ("2001:db8::1", True), ("2001:DB8:0::1", True)],
)
def test_addresses(host: str, fits: bool) -> None:
    made = make("192.0.2.2", names=("192.0.2.2",), addresses=("192.0.2.1", "2001:db8::1"))
    assert speaks_for(Certificate(made.der), host) is fits


def _constraint(
    permitted: list[x509.GeneralName], excluded: list[x509.GeneralName]
) -> x509.NameConstraints:
    return x509.NameConstraints(permitted or None, excluded or None)


DNS, MAIL = x509.DNSName, x509.RFC822Name


@pytest.mark.parametrize(
    ("permitted", "excluded", "names", "bad"),
    [
        ([DNS("a.example")], [], ("a.example", "b.a.example"), None),
        ([DNS("a.example")], [], ("ba.example",), "ba.example"),
        ([DNS(".a.example")], [], ("b.a.example",), None),
        ([], [DNS("a.example")], ("b.a.example",), "b.a.example"),
        ([], [DNS("a.example")], ("b.example",), None),
        ([DNS("")], [], ("anything.example",), None),
        ([], [DNS("")], ("anything.example",), "anything.example"),
        ([MAIL("a.example")], [], ("b.example",), None),
        ([DNS("a.example")], [], ("*.a.example",), None),
        ([DNS("b.a.example")], [], ("*.a.example",), "*.a.example"),
        ([], [DNS("b.a.example")], ("*.a.example",), "*.a.example"),
        ([], [DNS("c.b.a.example")], ("*.a.example",), None),
        ([DNS(".a.example")], [], ("a.example",), "a.example"),
        ([DNS("A.EXAMPLE.")], [], ("b.a.example",), None),
        ([x509.IPAddress(ipaddress.ip_network("192.0.2.0/24"))], [], ("b.example",), None),
    ],
)
def test_constraints(
    permitted: list[x509.GeneralName],
    excluded: list[x509.GeneralName],
    names: tuple[str, ...],
    bad: str | None,
) -> None:
    certificate = Certificate(make("x", names=names).der)
    constraints = _constraint(permitted, excluded)
    found = violation(constraints, constrained_names(certificate, leaf=True))
    assert (found.name if found else None) == bad
