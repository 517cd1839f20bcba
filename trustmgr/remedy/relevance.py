"""Whether trusting a certificate can make a judged chain trusted at all."""

from __future__ import annotations

from collections.abc import Sequence

from trustmgr.certificate import Certificate


def would_help(certificates: Sequence[Certificate], chain: Sequence[Certificate]) -> bool:
    """Whether one of `certificates` is part of `chain`, or has issued a certificate of it.

    An authority above an intermediate that is in neither cannot be told; that counts as no.
    """
    return any(
        candidate == member
        or (candidate.subject_key == member.issuer_key and member.signed_by(candidate))
        for candidate in certificates
        for member in chain
    )
