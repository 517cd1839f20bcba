"""What OCSP answers and CRLs prove about the certificates of a path (RFC 6960, RFC 5280 section 5).

Every source is heard; `trustmgr.diagnose.ocsp` and `trustmgr.diagnose.crl` say what each answer is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from trustmgr.certificate import Certificate
from trustmgr.diagnose.answer import Answer, Status, worst
from trustmgr.diagnose.crl import crl_signers, judge_crl
from trustmgr.diagnose.ocsp import judge_ocsp
from trustmgr.evidence import Fetched
from trustmgr.text import inert

if TYPE_CHECKING:
    from trustmgr.diagnose.case import Case


def statuses(case: Case) -> Iterator[tuple[int, Answer]]:
    """For each certificate below the end of the path about which something was asked or stapled."""
    for index, certificate in enumerate(case.chain[:-1]):
        answers = list(_answers(case, index, certificate, case.chain[index + 1]))
        best = worst(answers)
        if best is None:
            continue
        if best.kind in (Status.REVOKED, Status.GOOD):
            yield index, best
        else:
            yield index, Answer(best.kind, "; ".join(a.proof for a in answers))


def _answers(
    case: Case, index: int, certificate: Certificate, issuer: Certificate
) -> Iterator[Answer]:
    attempt, evidence = case.attempt, case.evidence
    lists = tuple(f.body for f in evidence.crls if f.body is not None)

    def by_ocsp(body: bytes, where: str) -> Answer:
        return judge_ocsp(body, where, certificate, issuer, case.at, lists=lists)

    def by_list(body: bytes, where: str) -> Answer:
        signers = crl_signers(case.chain, index, case.sent, case.at)
        return judge_crl(body, where, certificate, signers, case.at)

    if index == 0 and attempt is not None and attempt.stapled_ocsp:
        yield by_ocsp(attempt.stapled_ocsp, "stapled answer")
    for answers, judge in ((evidence.ocsp, by_ocsp), (evidence.crls, by_list)):
        for fetched in answers:
            if fetched.certificate == certificate.sha256:
                yield _judged(fetched, judge)


def _judged(fetched: Fetched, judge: Callable[[bytes, str], Answer]) -> Answer:
    where = inert(fetched.url)
    if fetched.body is None:
        return Answer(Status.UNREACHABLE, f"{where}: {inert(fetched.failure_text)}")
    return judge(fetched.body, where)
