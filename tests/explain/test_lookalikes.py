"""What people take for a certificate problem and is none: it is said what it is, and what to do."""

from __future__ import annotations

import pytest

from tests.cli.running import trustmgr
from trustmgr import knowledge
from trustmgr.explain import explain

LOOKALIKES = {
    "ssh-host-key": [
        "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.",
        "The authenticity of host 'srv (10.0.0.5)' can't be established.\nED25519 key fingerprint is SHA256:x.",
        "The server's host key is not cached in the registry. You have no guarantee that ...",
        "No ED25519 host key is known for srv and you have requested strict checking.\n"
        "Host key verification failed.\nfatal: Could not read from remote repository.",
    ],
    "kerberos-failure": [
        "kinit: Clock skew too great while getting initial credentials",
        "The Kerberos client received a KRB_AP_ERR_MODIFIED error from the server srv$.",
        "GSSException: No valid credentials provided (Mechanism level: Server not found in Kerberos database (7))",
        "An authentication error has occurred.\nThe Local Security Authority cannot be contacted\n"
        "Remote computer: srv01",
        "An authentication error has occurred. The function requested is not supported. Remote computer: "
        "srv. This could be due to CredSSP encryption oracle remediation.",
    ],
    "code-signing": [
        "File C:\\x.ps1 cannot be loaded. The file C:\\x.ps1 is not digitally signed.",
        "The digital signature of the object did not verify. (0x80096010)",
        "“Tool” cannot be opened because the developer cannot be verified.",
        "error NU3037: The author primary signature validity period has expired.",
    ],
    "mail-signature": [
        "Microsoft Outlook had problems encrypting this message because the following recipients had "
        "missing or invalid certificates",
    ],
    "package-signature": [
        "W: GPG error: http://x.example stable InRelease: The following signatures couldn't be verified "
        "because the public key is not available: NO_PUBKEY 648ACFD622F3D138",
        "gpg: Can't check signature: No public key",
    ],
    "vpn-authentication": [
        "IKE authentication credentials are unacceptable. Error 13801",
        "IKE failed to find valid machine certificate",
    ],
    "domain-trust": [
        "The trust relationship between this workstation and the primary domain failed."
    ],
}


@pytest.mark.parametrize(
    ("cause", "text"), [(c, t) for c, texts in LOOKALIKES.items() for t in texts]
)
def test_recognised_and_sent_to_no_certificate(cause: str, text: str) -> None:
    explanation = explain(text)
    assert [one.cause for one in explanation.causes] == [cause]
    assert explanation.target is None
    assert "Inspect" not in explanation.advice
    known = knowledge.cause(cause)
    assert not known.tls
    assert known.templates[0].title.split()[0] in explanation.advice


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        # apt's second complaint hides nothing
        (
            "Certificate verification failed: The certificate is NOT trusted. The certificate issuer is "
            "unknown.\nE: The repository 'https://x.example stable InRelease' is not signed.",
            "untrusted-root",
        ),
        ("CERT_E_EXPIRED: A required certificate is not within its validity period", "expired"),
        ("The identity of the remote computer cannot be verified.", "self-signed"),
        ("AnyConnect: Untrusted Server Blocked!", "untrusted-root"),
        ("CERT_E_UNTRUSTEDROOT", "untrusted-root"),
    ],
)
def test_what_is_about_tls_stays_so(text: str, cause: str) -> None:
    causes = [one.cause for one in explain(text).causes]
    assert causes[0] == cause
    assert all(knowledge.cause(one).tls for one in causes)


def test_the_command_shows_what_to_do() -> None:
    ran = trustmgr("explain", "Host key verification failed.")
    assert ran.code == 0
    assert "ssh-keygen -lf" in ran.out
    assert "trustmgr inspect" not in ran.out
