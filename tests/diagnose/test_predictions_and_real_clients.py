"""Predictions agree with what 22 real clients did with 91 faults (tests/explain/data/real-errors.json)."""

from __future__ import annotations

import pytest

from tests.diagnose.faults import NOT_BUILT, built
from tests.explain.corpus import accepted, faults
from trustmgr.diagnose import diagnose
from trustmgr.findings import Verdict
from trustmgr.report import Report

#: As they are called there -> the client that is predicted.
CLIENTS = {
    "chrome": "chrome",
    "curl": "curl",
    "firefox": "firefox",
    "git": "git",
    "gnutls": "gnutls",
    "go119": "go",
    "java17/HttpClient": "java",
    "java17/HttpsURLConnection": "java",
    "netcore31/HttpClient": "dotnet",
    "netcore31/HttpWebRequest": "dotnet",
    "node20/fetch": "node",
    "node20/https": "node",
    "npm": "node",
    "openssl": "openssl",
    "pip": "requests",
    "pymany/requests": "requests",
    "pymany/httpx": "python",
    "pymany/urllib": "python",
    "pyssl": "python",
    "wget": "wget",
}
#: PHP behaves like OpenSSL, and no id was asked for; curl on BoringSSL is nobody's curl.
NOT_PREDICTED = {"php", "pymany/curl-boringssl"}
#: (fault, client) -> why the prediction is "cannot tell".
CANNOT_TELL = {
    ("no-subject", "python"): "Python 3.13 refuses it, the one of the collection is older",
    ("tls10", "dotnet"): ".NET Core 3.1 still spoke it, newer ones do what the system allows",
}


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    return {fault: diagnose(evidence) for fault, evidence in built()}


def test_every_fault_is_built_or_has_a_reason(reports: dict[str, Report]) -> None:
    collected = {fault for fault, _, _, _ in faults()}
    assert collected == set(reports) | set(NOT_BUILT)
    assert not set(reports) & set(NOT_BUILT)


def test_every_client_is_predicted_or_named() -> None:
    assert {client for _, client, _, _ in faults()} == set(CLIENTS) | NOT_PREDICTED


def test_predictions_agree(reports: dict[str, Report]) -> None:
    wrong, untold, agreed = [], set(), 0
    for fault, client, output, _ in faults():
        if (
            fault in NOT_BUILT
            or client in NOT_PREDICTED
            or _is_about_something_else(client, output)
        ):
            continue
        report = reports[fault]
        predicted = report.clients[CLIENTS[client]]
        if predicted.accepts is None:
            if report.verdict is not Verdict.UNREACHABLE:
                untold.add((fault, CLIENTS[client]))
        elif predicted.accepts is accepted(output):
            agreed += 1
        else:
            wrong.append((fault, client, predicted, output[:200]))
    assert wrong == []
    assert untold == set(CANNOT_TELL)
    assert agreed > 1300


def _is_about_something_else(client: str, output: str) -> bool:
    """pip says that there is no such package where it was content with the site."""
    return client == "pip" and "No matching distribution" in output and "SSL" not in output


@pytest.mark.parametrize("fault", ["good", "expired", "hang"])
def test_every_why_is_one_plain_sentence(fault: str, reports: dict[str, Report]) -> None:
    for prediction in reports[fault].clients.values():
        assert prediction.why[0].isupper()
        assert prediction.why.endswith(".")
