"""How long certificates may live, and the other warnings that are about clients' policies."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from cryptography import x509

import resources
from tests.diagnose.test_predictions import PUBLIC, PUBLISHED, evidence, store
from tests.making import chain, make
from trustmgr.certificate import Certificate
from trustmgr.diagnose import diagnose
from trustmgr.diagnose.lifetime import ALWAYS_ALLOWED, exceeded
from trustmgr.evidence import Evidence
from trustmgr.findings import Severity
from trustmgr.target import Target

DAY = dt.timedelta(days=1)
PROMISE = x509.TLSFeature([x509.TLSFeatureType.status_request])


def certificate(issued: str, days: int, *, public: bool) -> Certificate:
    start = dt.datetime.fromisoformat(issued).replace(tzinfo=dt.UTC)
    extra = ((PUBLIC, False),) if public else ()
    return Certificate(make("x.example", start=start, end=start + days * DAY, extra=extra).der)


@pytest.mark.parametrize(
    ("issued", "days", "public", "limit"),
    [
        ("2019-06-30", 3650, False, None),
        ("2019-07-01", 826, False, "825"),
        ("2026-01-01", 825, False, None),
        ("2020-08-31", 825, True, None),
        ("2020-09-01", 399, True, "398"),
        ("2020-09-01", 398, True, None),
        ("2020-09-01", 900, True, "825"),
        ("2026-03-14", 398, True, None),
        ("2026-03-15", 201, True, "schedule"),
        ("2026-03-15", 200, True, None),
        ("2027-03-14", 200, True, None),
        ("2027-03-15", 101, True, "schedule"),
        ("2029-03-14", 100, True, None),
        ("2029-03-15", 48, True, "schedule"),
        ("2029-03-15", 47, True, None),
    ],
)
def test_limits(issued: str, days: int, public: bool, limit: str | None) -> None:
    found = exceeded(certificate(issued, days, public=public))
    assert (found.id if found else None) == limit


def test_the_shortcut_leaves_no_limit_out() -> None:
    for kind, allowed in ALWAYS_ALLOWED.items():
        rules = resources.table("knowledge", "lifetimes.toml")["limit"]
        days = [rule["days"] for rule in rules if rule["authorities"] in (kind, "all")]
        assert allowed.days == min(days)


def _seen(*extra: x509.ExtensionType) -> Evidence:
    leaf, intermediate, root = chain("site.example", extra=tuple((one, False) for one in extra))
    return evidence(leaf, intermediate, stores=(store("roots", root),))


def _found(seen: Evidence) -> list[tuple[str, Severity]]:
    return [(finding.cause, finding.severity) for finding in diagnose(seen).findings]


def test_publication_is_asked_of_public_authorities_alone() -> None:
    assert _found(_seen()) == []
    assert _found(_seen(PUBLIC)) == [("ct-missing", Severity.WARNING)]
    assert _found(_seen(PUBLIC, PUBLISHED)) == []


def test_the_promised_staple() -> None:
    seen = _seen(PROMISE)
    assert _found(seen) == [("must-staple-missing", Severity.WARNING)]
    stapled = tuple(replace(one, stapled_ocsp=b"anything") for one in seen.attempts)
    assert "must-staple-missing" not in dict(_found(replace(seen, attempts=stapled)))
    file = Target(text="x.pem", files=("x.pem",))
    assert _found(replace(seen, target=file, attempts=(), file_certificates=seen.sent)) == []
