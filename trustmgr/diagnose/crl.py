"""What a revocation list proves (RFC 5280 sections 5 and 6.3).

Delta and indirect lists are not supported, and that is said: they count as no answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from cryptography import x509

from trustmgr.certificate import Certificate
from trustmgr.diagnose.answer import SKEW, Answer, Status, fresh
from trustmgr.distinguished import canonical
from trustmgr.text import inert


def judge_crl(
    body: bytes, where: str, certificate: Certificate, signers: Iterable[Certificate], at: datetime
) -> Answer:
    """What one list proves. `signers`: see `crl_signers`."""
    try:
        crl = x509.load_der_x509_crl(body)
        reason = _unsupported(crl) or _unsigned(crl, signers) or _out_of_scope(crl, certificate)
        if not reason and crl.next_update_utc is None:
            reason = "the list does not say until when it holds (RFC 5280 section 5.1.2.5)"
        if not reason and not fresh(crl.last_update_utc, crl.next_update_utc, at):
            late = crl.last_update_utc <= at + SKEW
            reason = "the list is out of date" if late else "the list comes from the future"
        if reason:
            return Answer(Status.UNAVAILABLE, f"{where}: {reason}")
        entry = crl.get_revoked_certificate_by_serial_number(certificate.x509.serial_number)
        partial = _covers_some_reasons(crl)
    except Exception as error:  # cryptography raises several unrelated classes here
        return Answer(Status.UNAVAILABLE, f"{where}: unreadable list ({inert(str(error), 80)})")
    if entry is not None:
        return Answer(Status.REVOKED, f"{where} lists it as revoked.", entry.revocation_date_utc)
    if partial:
        return Answer(Status.UNAVAILABLE, f"{where}: the list covers only some reasons")
    return Answer(Status.GOOD, f"{where} does not list it.")


def crl_signers(
    chain: Sequence[Certificate], index: int, known: Iterable[Certificate], at: datetime
) -> Iterator[Certificate]:
    """Whose key may sign the list about ``chain[index]``: the issuer, and other certificates of the
    same name that the chain vouches for (a key of its own for lists, or an exchanged key)."""
    above = chain[index + 1 :]
    issuer = above[0]
    for candidate in dict.fromkeys([*above, *known]):
        if candidate.subject_key != issuer.subject_key or not _may_sign_lists(candidate):
            continue
        vouched = candidate in above or (
            candidate.not_before <= at <= candidate.not_after
            and any(candidate.signed_by(one) for one in above)
        )
        if vouched:
            yield candidate


def _may_sign_lists(certificate: Certificate) -> bool:
    usage = certificate.extension(x509.KeyUsage)
    return usage is None or usage.crl_sign


def _unsigned(crl: x509.CertificateRevocationList, signers: Iterable[Certificate]) -> str:
    return "" if signed_by_one_of(crl, signers) else "the list is not signed by the issuer"


def signed_by_one_of(crl: x509.CertificateRevocationList, signers: Iterable[Certificate]) -> bool:
    """Whether one of these, of the name that the list gives, made its signature."""
    name = canonical(crl.issuer)
    for signer in signers:
        try:
            key = signer.x509.public_key()
            if signer.subject_key == name and crl.is_signature_valid(key):  # type: ignore[arg-type]
                return True
        except Exception:  # noqa: S112 -- keys that the library cannot use sign nothing
            continue
    return False


def listed(body: bytes, certificate: Certificate, issuer: Certificate, at: datetime) -> bool:
    """Whether this list of the issuer's, if it counts, calls the certificate back."""
    return judge_crl(body, "", certificate, [issuer], at).kind is Status.REVOKED


def _unsupported(crl: x509.CertificateRevocationList) -> str:
    for extension in crl.extensions:
        if isinstance(extension.value, x509.DeltaCRLIndicator):
            return "a delta list, which is not supported"
        if isinstance(extension.value, x509.IssuingDistributionPoint):
            if extension.value.indirect_crl:
                return "an indirect list, which is not supported"
        elif extension.critical:
            return "a list with an unknown critical extension"
    return ""


def _out_of_scope(crl: x509.CertificateRevocationList, certificate: Certificate) -> str:
    """RFC 5280 section 6.3.3 b."""
    scope = _scope(crl)
    if scope is None:
        return ""
    wrong_kind = (
        (scope.only_contains_user_certs and certificate.is_ca)
        or (scope.only_contains_ca_certs and not certificate.is_ca)
        or scope.only_contains_attribute_certs
    )
    if wrong_kind:
        return "the list is about another kind of certificates"
    named = scope.full_name is not None or scope.relative_name is not None
    if named and not _points(crl, scope) & _points_of(certificate):
        return "the list is for another distribution point"
    return ""


def _scope(crl: x509.CertificateRevocationList) -> x509.IssuingDistributionPoint | None:
    try:
        return crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return None


def _covers_some_reasons(crl: x509.CertificateRevocationList) -> bool:
    scope = _scope(crl)
    return scope is not None and scope.only_some_reasons is not None


def _points(
    crl: x509.CertificateRevocationList, scope: x509.IssuingDistributionPoint
) -> set[object]:
    return _names(scope.full_name, scope.relative_name, crl.issuer)


def _points_of(certificate: Certificate) -> set[object]:
    """The names of the certificate's distribution points; its issuer's name where it has none."""
    found = certificate.extension(x509.CRLDistributionPoints)
    if found is None:
        return {certificate.issuer_key}
    issuer = certificate.x509.issuer
    return set().union(*(_names(p.full_name, p.relative_name, issuer) for p in found))


def _names(
    full: list[x509.GeneralName] | None,
    relative: x509.RelativeDistinguishedName | None,
    issuer: x509.Name,
) -> set[object]:
    """Comparable names; a relative one is a name below the issuer's (section 4.2.1.13)."""
    names: set[object] = set()
    for name in full or ():
        names.add(canonical(name.value) if isinstance(name.value, x509.Name) else name)
    if relative is not None:
        names.add(canonical(x509.Name([*issuer.rdns, relative])))
    return names
