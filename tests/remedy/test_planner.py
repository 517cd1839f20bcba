from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from platform_backends.base import (
    SERVER_AUTH_ONLY,
    Decision,
    EntryNotFound,
    NotOurs,
    Operation,
    Purpose,
    Scope,
    Store,
    StoreUnavailable,
    Trust,
)
from tests.making import NOW, Made, make
from trustmgr.certificate import Certificate
from trustmgr.engine import Engine
from trustmgr.errors import TrustManagerError, UnreadableInput, UsageError
from trustmgr.plan import Confirmation
from trustmgr.remedy import entries, warnings
from trustmgr.remedy.warnings import WeakCertificate


def imported(engine: Engine, *made: Made) -> None:
    plan = engine.plan_import([m.der for m in made], from_network=False)
    engine.apply(plan, Confirmation(named_file=True))


def test_the_narrowest_trust_is_the_default(engine: Engine, root: Made) -> None:
    plan = engine.plan_import([root.der], from_network=True)
    (step,) = plan.steps
    assert step.operation is Operation.ADD
    assert step.trust == step.effective_trust == SERVER_AUTH_ONLY
    assert step.sha256 == root.sha256
    assert step.preview
    assert plan.needs_fingerprint


def test_other_purposes_on_request(engine: Engine, root: Made) -> None:
    wanted = (Purpose.EMAIL, Purpose.SERVER_AUTH)
    (step,) = engine.plan_import([root.der], purposes=wanted, from_network=True).steps
    assert step.trust == Trust.for_purposes(wanted)


@pytest.mark.parametrize("junk", [b"", b"hello", b"\x30\x03\x02\x01\x01"])
def test_what_is_no_certificate_is_refused(engine: Engine, junk: bytes) -> None:
    with pytest.raises(UnreadableInput):
        engine.plan_import([junk], from_network=False)


def test_trailing_bytes_are_refused(engine: Engine, root: Made) -> None:
    with pytest.raises(UnreadableInput):
        engine.plan_import([root.der + b"\0"], from_network=False)


def test_nothing_to_import(engine: Engine) -> None:
    with pytest.raises(UsageError):
        engine.plan_import([], from_network=False)


def test_a_weak_key_is_refused(engine: Engine) -> None:
    key = rsa.generate_private_key(65537, 1024)
    with pytest.raises(WeakCertificate, match="1024 bits"):
        engine.plan_import([make("Weak", ca=True, key=key).der], from_network=False)


def warnings_of(engine: Engine, made: Made) -> str:
    return " ".join(engine.plan_import([made.der], from_network=False).warnings)


def test_warnings(engine: Engine, root: Made) -> None:
    assert "impersonate every site" in warnings_of(engine, root)
    site = list(warnings.of_certificate(Certificate(root.der), (), ["tool.git@a.b:1"]))
    assert "impersonate" not in " ".join(site)
    constrained = make(
        "Bounded", ca=True,
        extra=((x509.NameConstraints([x509.DNSName("example.com")], None), True),),
    )  # fmt: skip
    assert "impersonate" not in warnings_of(engine, constrained)
    day = dt.timedelta(days=1)
    expired = make("Old", ca=True, start=NOW - 9 * day, end=NOW - day)
    assert "expired on" in warnings_of(engine, expired)
    early = make("Early", ca=True, start=NOW + day)
    assert "valid only from" in warnings_of(engine, early)
    assert "is no CA" in warnings_of(engine, make("leaf.example"))
    assert "intermediate" in warnings_of(engine, make("Sub", root, ca=True))


def test_a_leaf_for_something_else_is_said(engine: Engine) -> None:
    mail = make("mail", usages=(x509.ExtendedKeyUsageOID.EMAIL_PROTECTION,))
    assert "not for web sites" in warnings_of(engine, mail)


def test_a_namesake_with_another_key_is_said(engine: Engine, root: Made) -> None:
    imported(engine, root)
    assert "another key" in warnings_of(engine, make("Remedy Root", ca=True))


def test_a_second_import_has_no_steps(engine: Engine, root: Made) -> None:
    imported(engine, root)
    plan = engine.plan_import([root.der], from_network=True)
    assert plan.steps == ()
    assert "already trusted" in plan.title
    outcome = engine.apply(plan, Confirmation())
    assert not outcome.changed
    assert "Nothing" in " ".join(outcome.messages)


def test_the_same_certificate_twice_is_one_step(engine: Engine, root: Made) -> None:
    assert len(engine.plan_import([root.der, root.der], from_network=False).steps) == 1


def test_more_trust_keeps_what_was_said_before(engine: Engine, root: Made) -> None:
    imported(engine, root)
    plan = engine.plan_import([root.der], purposes=[Purpose.EMAIL], from_network=False)
    (step,) = plan.steps
    assert step.operation is Operation.SET_TRUST
    assert step.effective_trust == Trust.for_purposes([Purpose.EMAIL, Purpose.SERVER_AUTH])
    assert step.before == SERVER_AUTH_ONLY


def test_trusting_what_is_distrusted_says_so(engine: Engine, root: Made) -> None:
    imported(engine, root)
    engine.apply(engine.plan_distrust(root.sha256), Confirmation())
    plan = engine.plan_import([root.der], from_network=False)
    assert plan.steps[0].operation is Operation.SET_TRUST
    assert "distrusted" in " ".join(plan.warnings)


def test_distrust(engine: Engine, root: Made) -> None:
    imported(engine, root)
    (step,) = engine.plan_distrust(root.sha256.upper()).steps
    assert step.effective_trust == Trust.everything(Decision.DISTRUSTED)
    engine.apply(engine.plan_distrust(root.sha256), Confirmation())
    again = engine.plan_distrust(root.sha256)
    assert again.steps == ()
    assert "already distrusted" in again.title


def test_remove_needs_force_for_what_others_put_there(
    engine: Engine, sandbox: Path, root: Made
) -> None:
    sandbox.mkdir()
    (sandbox / "theirs.pem").write_bytes(root.pem)
    with pytest.raises(NotOurs, match="not added by this program"):
        engine.plan_remove(root.sha256)
    (step,) = engine.plan_remove(root.sha256, force=True).steps
    assert step.force


@pytest.mark.parametrize("plan", ["plan_remove", "plan_distrust"])
def test_unknown_and_malformed_fingerprints(engine: Engine, plan: str, root: Made) -> None:
    with pytest.raises(EntryNotFound):
        getattr(engine, plan)("0" * 64)
    with pytest.raises(UsageError, match="shortened"):
        getattr(engine, plan)(root.sha256[:20])
    with pytest.raises(UsageError, match="one SHA-256"):
        getattr(engine, plan)(root.sha256 * 2)


def test_an_unknown_store(engine: Engine, root: Made) -> None:
    with pytest.raises(StoreUnavailable):
        engine.plan_import([root.der], stores=["no.such"], from_network=False)


def test_an_unreadable_store_is_never_empty(tmp_path: Path, root: Made) -> None:
    (tmp_path / "file").write_text("no folder")
    engine = Engine(sandbox=tmp_path / "file")
    with pytest.raises((StoreUnavailable, TrustManagerError), match="not a folder"):
        engine.plan_import([root.der], from_network=False)


class Stub:
    """As much of a store as is asked for choosing among several."""

    def __init__(self, identity: str, scope: Scope, kind: str = "") -> None:
        self.id, self.scope, self._kind = identity, scope, kind

    def suits(self, der: bytes) -> bool:
        return self._kind in ("", "root" if Certificate(der).self_issued else "ca")


def meant(stores: Sequence[Stub], made: Made) -> list[str]:
    return [store.id for store in entries.meant(cast("Sequence[Store]", stores), made.der)]


def test_of_several_stores_of_the_system_the_narrowest_that_suits_is_meant(root: Made) -> None:
    kinds = [("user.root", Scope.USER, "root"), ("user.ca", Scope.USER, "ca")]
    kinds += [("machine.root", Scope.MACHINE, "root"), ("machine.ca", Scope.MACHINE, "ca")]
    stores = [Stub(*kind) for kind in kinds]
    assert meant(stores, root) == ["user.root"]
    assert meant(stores, make("Intermediate", root, ca=True)) == ["user.ca"]
    assert meant(stores[2:], root) == ["machine.root"]
    assert meant([*stores, Stub("tool.git", Scope.TOOL)], root) == ["user.root", "tool.git"]
