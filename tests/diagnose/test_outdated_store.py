"""A public authority that this machine does not have (yet): the fix is an update, never an import."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from platform_backends.base import Decision, Entry, Origin, Trust
from tests.diagnose.test_rules import HOST, causes, evidence
from tests.making import NOW, Made, chain, make
from trustmgr.diagnose import diagnose
from trustmgr.evidence import Evidence, Held, StoreSnapshot
from trustmgr.findings import Severity
from trustmgr.options import InspectOptions
from trustmgr.probe import public_roots
from trustmgr.probe.collect import collect
from trustmgr.progress import Progress
from trustmgr.report import Report
from trustmgr.target import Target

LEAF, INTERMEDIATE, ROOT = chain(HOST)
SYSTEM = "linux.ca-certificates"


def seen(*sent: Made, root: Made = ROOT, store: str = SYSTEM) -> Evidence:
    base = evidence(sent, public_roots=(root.der,))
    return replace(base, stores=(StoreSnapshot(store, "System certificates"),))


def imports(report: Report) -> list[str]:
    actions = [remedy.action or "" for f in report.findings for remedy in f.remedies]
    return [action for action in actions if action.startswith("import")]


@pytest.mark.parametrize("sent", [(LEAF, INTERMEDIATE), (LEAF, INTERMEDIATE, ROOT)])
def test_the_update_comes_first_and_nothing_is_imported(sent: tuple[Made, ...]) -> None:
    report = diagnose(seen(*sent))
    assert causes(report) == ["outdated-trust-store", "untrusted-root"]
    assert [f.severity for f in report.findings] == [Severity.ERROR] * 2
    assert "update the system" in report.findings[0].detail
    assert report.findings[0].remedies[0].id == "update-system"
    assert imports(report) == []


def test_another_certificate_for_the_same_root_counts() -> None:
    cross = make("Test Root", make("Older Root", ca=True), ca=True, key=ROOT.key)
    assert causes(diagnose(seen(LEAF, INTERMEDIATE, cross)))[0] == "outdated-trust-store"


def test_a_namesake_of_a_public_root_does_not() -> None:
    leaf, intermediate, root = chain(HOST)  # of the same names, with other keys
    report = diagnose(seen(leaf, intermediate, root, root=ROOT))
    assert causes(report) == ["untrusted-root"]
    assert "import-certificate" in imports(report)


@pytest.mark.parametrize("store", ["roots", "folder:/tmp/x"])
def test_lists_that_no_update_of_the_system_changes(store: str) -> None:
    assert causes(diagnose(seen(LEAF, INTERMEDIATE, ROOT, store=store))) == ["untrusted-root"]


def test_a_list_that_is_years_old() -> None:
    base = replace(seen(LEAF, INTERMEDIATE), public_roots=())
    old = NOW - dt.timedelta(days=3000)
    report = diagnose(replace(base, newest_authority=old))
    assert [(f.cause, f.severity) for f in report.findings] == [
        ("untrusted-root", Severity.ERROR),
        ("outdated-trust-store", Severity.WARNING),
    ]
    new = NOW - dt.timedelta(days=700)
    assert causes(diagnose(replace(base, newest_authority=new))) == ["untrusted-root"]
    private = replace(
        evidence((LEAF, INTERMEDIATE, ROOT)), stores=base.stores, newest_authority=old
    )
    assert causes(diagnose(private)) == ["untrusted-root"]


class System:
    """A store of the system with these certificates."""

    id, title = SYSTEM, "System certificates"

    def __init__(self, *made: Made) -> None:
        everything = Trust.everything(Decision.TRUSTED)
        self._entries = [Entry(one.der, everything, Origin.VENDOR) for one in made]

    def availability(self):  # noqa: ANN201
        from platform_backends.base import Availability

        return Availability(True)

    def entries(self) -> list[Entry]:
        return self._entries


@pytest.fixture
def mozilla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of Mozilla's that has our root."""
    import certifi

    monkeypatch.setattr(certifi, "contents", ROOT.pem.decode)
    public_roots._roots.cache_clear()
    monkeypatch.setattr(public_roots, "_roots", public_roots._roots.__wrapped__)


def look(tmp_path: Path, *stores: System, roots: tuple[Path, ...] = ()) -> Evidence:
    file = tmp_path / "chain.pem"
    file.write_bytes(LEAF.pem + INTERMEDIATE.pem)
    target = Target(str(file), server_name=HOST, files=(str(file),))
    options = InspectOptions(roots=roots, network=False)
    return collect(target, options, stores, Progress())  # type: ignore[arg-type]


def test_the_list_is_read_only_when_a_path_ends_untrusted(tmp_path: Path, mozilla: None) -> None:
    other = make("Other Root", ca=True, start=NOW - dt.timedelta(days=400))
    without = look(tmp_path, System(other))
    assert without.public_roots == (ROOT.der,)
    assert without.clock is None
    assert without.newest_authority is not None
    assert abs(without.newest_authority - (NOW - dt.timedelta(days=400))) < dt.timedelta(minutes=5)
    assert causes(diagnose(without)) == ["outdated-trust-store", "untrusted-root"]
    having = look(tmp_path, System(other, ROOT))
    assert having.public_roots == ()
    assert causes(diagnose(having)) == []
    assert having.stores[0].held == (Held(ROOT.der, "trusted", "vendor"),)
    mine = tmp_path / "mine.pem"
    mine.write_bytes(other.pem)
    assert look(tmp_path, roots=(mine,)).public_roots == ()


def test_certifi_is_not_imported_for_what_is_trusted(tmp_path: Path) -> None:
    import subprocess
    import sys

    (tmp_path / "root.pem").write_bytes(ROOT.pem)
    (tmp_path / "chain.pem").write_bytes(LEAF.pem + INTERMEDIATE.pem)
    program = (
        "import sys; from trustmgr.cli import main;"
        f"code = main(['inspect', {str(tmp_path / 'chain.pem')!r}, '--roots', {str(tmp_path / 'root.pem')!r}]);"
        "print(code, [m for m in ('certifi', 'trustmgr.probe.http_answer', 'trustmgr.probe.machine_time') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "0 []", done.stdout + done.stderr


@pytest.mark.skipif(
    not Path("/etc/ssl/certs/ca-certificates.crt").exists(), reason="no list of a system here"
)
def test_the_real_lists_of_this_machine(tmp_path: Path) -> None:
    """A root that Mozilla has and this system has not, if there is one; nothing is changed."""
    from cryptography import x509

    from tests.cli.running import trustmgr

    system = x509.load_pem_x509_certificates(
        Path("/etc/ssl/certs/ca-certificates.crt").read_bytes()
    )
    names = {one.subject for one in system}
    missing = [
        one
        for der in public_roots._roots()
        if (one := x509.load_der_x509_certificate(der)).subject not in names
    ]
    if not missing:
        pytest.skip("this system's list has all that Mozilla's has")
    from cryptography.hazmat.primitives.serialization import Encoding

    file = tmp_path / "root.pem"
    file.write_bytes(missing[0].public_bytes(Encoding.PEM))
    document = trustmgr("inspect", str(file), "--json").json
    assert document["verdict"] == "untrusted"
    assert [f["cause"] for f in document["findings"]][:2] == [
        "outdated-trust-store",
        "untrusted-root",
    ]
