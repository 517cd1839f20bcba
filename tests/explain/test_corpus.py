"""How many of the collected messages are explained; the floors are what was reached."""

from __future__ import annotations

import pytest

from tests.explain.corpus import accepted, documented, faults
from trustmgr.explain import explain


def _causes(text: str) -> list[str]:
    return [cause.cause for cause in explain(text).causes]


@pytest.mark.parametrize("message", documented(), ids=lambda m: m["example"][:60])
def test_documented_message(message: dict[str, object]) -> None:
    causes = message["causes"]
    assert isinstance(causes, list)
    assert causes[0] in _causes(str(message["example"]))[:3]


#: Outputs that carry no word about the reason: nobody can explain them from the text alone.
SILENT = {("hang", "pip"), ("rst-after-hello", "pip")}
#: NSS complains about a fault of the lab of that day, not about the signature.
OTHER = {("sha1", "firefox")}
#: One sentence for every fault of a certificate: the cause must be among all, not the first three.
ONE_SENTENCE = ("netcore31/HttpClient", "netcore31/HttpWebRequest", "git", "chrome")


def test_rejections_of_real_clients_have_their_cause_among_the_first_three() -> None:
    hits = misses = 0
    for fault, client, output, causes in faults():
        if not causes or accepted(output) or (fault, client) in SILENT | OTHER:
            continue
        found = _causes(output)
        if causes & set(found[:3]):
            hits += 1
        else:
            misses += 1
            assert client in ONE_SENTENCE, (fault, client, found, output)
            assert causes & set(found), (fault, client, found, output)
    assert hits >= 512
    assert misses <= 23


def test_what_clients_accepted_is_not_a_problem() -> None:
    wrong = [
        (fault, client, _causes(output)[:3])
        for fault, client, output, _ in faults()
        if accepted(output) and _causes(output)
    ]
    assert wrong == []


def test_every_rejection_is_recognised() -> None:
    """Also those of faults without a list of causes, such as every TLS alert."""
    unknown = [
        (fault, client, output[:200])
        for fault, client, output, _ in faults()
        if not accepted(output)
        and (fault, client) not in SILENT
        and client != "pip"
        and not _causes(output)
    ]
    assert unknown == []
