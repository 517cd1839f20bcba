"""The same question put to three: this program, `cryptography` and OpenSSL's own command."""

from __future__ import annotations

import datetime as dt
import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from tests.differential.chains import AT, HOST, Made
from trustmgr.diagnose import diagnose
from trustmgr.evidence import Evidence, Held, StoreSnapshot
from trustmgr.findings import Severity, Verdict
from trustmgr.report import Report
from trustmgr.target import Target


def ours(made: Made) -> Report:
    anchor = Held(made.root.public_bytes(Encoding.DER), "trusted")
    evidence = Evidence(
        target=Target("chain.pem", server_name=HOST, files=("chain.pem",)),
        collected_at=dt.datetime.now(dt.UTC),
        judged_at=AT,
        network_allowed=False,
        file_certificates=made.ders,
        stores=(StoreSnapshot("roots", "Roots", (anchor,)),),
    )
    return diagnose(evidence)


def causes(report: Report) -> set[str]:
    return {f.cause for f in report.findings if f.severity is Severity.ERROR}


def accepts(report: Report) -> bool:
    return report.verdict is Verdict.TRUSTED


def cryptography(made: Made) -> str:
    """Empty when it accepts; why not otherwise."""
    try:
        builder = PolicyBuilder().store(Store([made.root])).time(AT.replace(tzinfo=None))
        builder.build_server_verifier(x509.DNSName(HOST)).verify(made.leaf, list(made.untrusted))
    except (VerificationError, ValueError) as error:
        return str(error) or "refused"
    return ""


def openssl(made: Made, folder: Path, *, strict: bool = True) -> str:
    """`openssl verify`, with its strict checks unless told. Empty when it accepts; why not otherwise."""
    files = {"leaf": (made.leaf,), "root": (made.root,), "untrusted": made.untrusted}
    for name, certificates in files.items():
        pem = b"".join(c.public_bytes(Encoding.PEM) for c in certificates)
        (folder / f"{name}.pem").write_bytes(pem)
    words = [
        "openssl",
        "verify",
        *(["-x509_strict"] if strict else []),
        "-purpose",
        "sslserver",
        "-no-CAfile",
        "-no-CApath",
    ]
    words += ["-auth_level", "1", "-verify_hostname", HOST, "-attime", str(int(AT.timestamp()))]
    words += ["-CAfile", str(folder / "root.pem")]
    if made.untrusted:
        words += ["-untrusted", str(folder / "untrusted.pem")]
    done = subprocess.run(
        [*words, str(folder / "leaf.pem")], capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return ""
    lines = [line for line in done.stderr.splitlines() if "error" in line]
    return lines[0] if lines else done.stderr or "refused"
