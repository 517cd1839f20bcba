"""Any text is answered, and quickly enough whatever its size."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.explain.corpus import documented
from trustmgr.explain import Explanation, explain
from trustmgr.explain.addresses import valid_host
from trustmgr.explain.decode import decode
from trustmgr.explain.normal import LONGEST, clipped

QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _check(explanation: Explanation) -> None:
    host, port = explanation.target_host, explanation.target_port
    assert (host is None) == (port is None)
    if host is not None and port is not None:
        assert valid_host(host) == host
        assert 1 <= port <= 65535
    assert len(explanation.causes) == len({c.cause for c in explanation.causes})


@QUIET
@given(st.text())
def test_any_text(text: str) -> None:
    _check(explain(text))


@QUIET
@given(
    st.sampled_from([m["example"] for m in documented()]),
    st.text(max_size=30),
    st.integers(min_value=0, max_value=200),
)
def test_any_text_within_a_message(message: str, noise: str, at: int) -> None:
    _check(explain(message[:at] + noise + message[at:]))


@QUIET
@given(st.text(alphabet="htps:/[].'@%<>-_0123456789ax ", max_size=80))
def test_anything_like_an_address(text: str) -> None:
    _check(explain(f"with authority '{text}' https://{text} host='{text}' connect to {text}:443"))


@QUIET
@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    _check(explain(decode(data)))


PIECES = [
    "a", "host:", "https://", "'", "a.", "authority '", "certificate is valid for ", "depth=0 ",
    "to a:1 ", "::", "get 'a", "0", "a-", "[::", "\u0300", "\ufdfa", "\x00", "server a.b.c.d.e.f ",
    "failed to connect to a (", "the certificate of '", "connection to server at 'a' (",
    "user or administrator set ", "fatal alert was received from the remote endpoint ",
    "self-signed certificate ", "%3A//", "\x1b[1;",
]  # fmt: skip


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", PIECES)
def test_a_megabyte_of_anything(piece: str) -> None:
    _check(explain(piece * (1_000_000 // len(piece))))


def test_beginning_and_end_are_kept() -> None:
    text = "A" + "x" * 10_000_000 + "Z"
    kept = clipped(text)
    assert len(kept) <= LONGEST
    assert (kept[0], kept[-1]) == ("A", "Z")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_encodings(encoding: str) -> None:
    text = "Die Vertrauensstellung zwischen dieser Arbeitsstation und der primären Domäne"
    assert decode(text.encode(encoding)) == text
