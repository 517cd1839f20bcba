"""Windows' reasons in words: every bit and error has them, and `explain` knows each by its name."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

import pytest

import resources
from platform_backends.windows.chain import Verdict
from trustmgr.clients.schannel import message
from trustmgr.explain import explain

TABLE = resources.table("knowledge", "windows_chain.toml")
ROWS = [*TABLE["status"], *TABLE["policy"]]


def test_each_bit_and_each_name_stands_once() -> None:
    bits = [row["bits"] for row in TABLE["status"]]
    assert sum(bits) == reduce(or_, bits)
    assert len({row["name"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_each_reason_leads_to_causes(row: dict[str, Any]) -> None:
    verdict = Verdict(row.get("bits", 0), row.get("code", 0), ())
    said = message(verdict)
    assert row["says"] in said
    assert row["name"] in said
    assert explain(said).causes


def test_two_names_for_one_reason_are_one_reason() -> None:
    said = message(Verdict(0x20, 0x800B0109, ()))
    assert said.count("authority that is not trusted") == 1
    assert "CERT_TRUST_IS_UNTRUSTED_ROOT, CERT_E_UNTRUSTEDROOT" in said


def test_what_nobody_knows_is_told_as_a_number() -> None:
    assert "0x10000000" in message(Verdict(0x10000000, 0, ()))
    assert "0x80001234" in message(Verdict(0, 0x80001234, ()))
    assert message(Verdict(0, 0, ())) == "accepts the certificate"
