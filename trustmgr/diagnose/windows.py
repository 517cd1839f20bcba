"""When the answers that authorities gave just now hold: a witness about the time, if their signatures verify."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cryptography import x509

from trustmgr.certificate import Certificate
from trustmgr.diagnose.clock import Window
from trustmgr.diagnose.crl import signed_by_one_of
from trustmgr.diagnose.ocsp import signed_by_issuer
from trustmgr.evidence import Evidence


def windows(evidence: Evidence, known: Sequence[Certificate]) -> list[Window]:
    """One for each fetched answer that one of `known` signed. A stapled answer is the site's word."""
    found: list[Window] = []
    for fetched in evidence.crls:
        found += _of_list(fetched.body or b"", known)
    for fetched in evidence.ocsp:
        found += _of_response(fetched.body or b"", known)
    return found


def _of_list(body: bytes, known: Sequence[Certificate]) -> Iterator[Window]:
    try:
        crl = x509.load_der_x509_crl(body)
        if crl.next_update_utc is not None and signed_by_one_of(crl, known):
            yield Window(crl.last_update_utc, crl.next_update_utc)
    except (ValueError, TypeError):
        return


def _of_response(body: bytes, known: Sequence[Certificate]) -> Iterator[Window]:
    from cryptography.x509 import ocsp

    try:
        response = ocsp.load_der_ocsp_response(body)
        for single in response.responses:
            start, end = single.this_update_utc, single.next_update_utc
            if end is not None and any(signed_by_issuer(response, one, start) for one in known):
                yield Window(start, end)
    except (ValueError, TypeError):
        return
