"""Many targets in one loop: the same evidence as one by one, and nobody waits for anybody."""

from __future__ import annotations

import gc
import itertools
import re
import selectors
import socket
import threading
import time
import weakref
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from platform_backends.base import Entry
from platform_backends.folder import FolderStore
from tests.contract.store_contract import SERVER_AUTH_ONLY
from tests.making import make
from tests.probe.peers import http, serving, tls
from trustmgr.engine import Engine, InspectOptions
from trustmgr.errors import Cancelled, UnreadableInput
from trustmgr.evidence import Evidence
from trustmgr.findings import Verdict
from trustmgr.lab import Lab
from trustmgr.probe import many
from trustmgr.probe.collect import collect, collect_many
from trustmgr.probe.deadline import Deadline
from trustmgr.probe.targets import parse_target
from trustmgr.probe.waits import Finished, Ready
from trustmgr.progress import Progress
from trustmgr.report import Report

NOW = datetime.now(UTC)
HANG = 60.0  # seconds; whoever waits for the sum of all timeouts waits longer


def comparable(evidence: Evidence) -> Evidence:
    """Without what differs from one look to the next: the clock, and freshly signed answers."""
    return replace(
        evidence,
        collected_at=NOW,
        attempts=tuple(
            replace(
                one,
                stapled_ocsp=b"" if one.stapled_ocsp else None,
                first_bytes=re.sub(rb"Date: [^\r]*", b"", one.first_bytes),
            )
            for one in evidence.attempts
        ),
        answer=replace(evidence.answer, date=None) if evidence.answer else None,
        ocsp=tuple(replace(one, body=b"" if one.body else None) for one in evidence.ocsp),
        crls=tuple(replace(one, body=b"" if one.body else None) for one in evidence.crls),
    )


def reported(report: Report) -> object:
    findings = [(f.cause, f.severity, f.certificate, f.fix_by) for f in report.findings]
    return report.verdict, findings, report.chain, report.anchor


def test_every_lab_site_shows_the_same_as_alone(lab: Lab) -> None:
    options = InspectOptions(at=NOW, roots=(lab.ca_file,), timeout=2.0)
    targets = [parse_target(s.target, starttls=s.starttls) for s in lab.sites.values()]
    engine = Engine()
    together = dict(collect_many(targets, options, (), Progress()))
    assert sorted(together) == list(range(len(targets)))
    for place, target in enumerate(targets):
        alone, among = engine.collect(target, options), together[place]
        assert isinstance(among, Evidence)
        assert comparable(among) == comparable(alone), target.text
        assert reported(engine.diagnose(among)) == reported(engine.diagnose(alone))


class CountingStore(FolderStore):
    """Remembers how often it was read."""

    reads = 0

    def entries(self) -> Sequence[Entry]:
        self.reads += 1
        return super().entries()


def test_stores_are_read_once_and_show_the_same(lab: Lab, tmp_path: Path) -> None:
    store = CountingStore(tmp_path / "store")
    store.add(lab.ca_der, SERVER_AUTH_ONLY)
    store.reads = 0
    targets = [parse_target(text) for text in lab.many(20)]
    found = dict(collect_many(targets, InspectOptions(at=NOW), (store,), Progress()))
    assert store.reads == 1
    among = found[7]
    assert isinstance(among, Evidence)
    assert [held.der for one in among.stores for held in one.held] == [lab.ca_der]
    alone = collect(targets[7], InspectOptions(at=NOW), (store,), Progress())
    assert comparable(among) == comparable(alone)


def test_what_certificates_have_in_common_is_fetched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "YOUNG", 1)  # one after the other, or the first ones all ask
    root = make("Root", ca=True)
    middle = make("Middle", root, ca=True)
    asked: list[bytes] = []
    with serving(http({"/issuer": (b"HTTP/1.0 200 OK", middle.der)}, asked)) as port:
        issuer = x509.UniformResourceIdentifier(f"http://127.0.0.1:{port}/issuer")
        access = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, issuer)
        named = (x509.AuthorityInformationAccess([access]), False)
        with serving(tls(make("site.localhost", middle, extra=(named,)))) as site:
            targets = [parse_target(f"site.localhost:{site}")] * 5
            found = dict(collect_many(targets, InspectOptions(), (), Progress()))
    assert len(asked) == 1
    bodies = {one.fetched[0].body for one in found.values() if isinstance(one, Evidence)}
    assert bodies == {middle.der}


def dripping(connection: socket.socket) -> None:
    """A record of TLS that never ends, a byte at a time."""
    connection.recv(65536)
    for byte in itertools.chain(b"\x16\x03\x03\x40\x00", itertools.repeat(0)):
        connection.sendall(bytes([byte]))
        time.sleep(0.1)


def test_slow_and_hostile_sites_among_good_ones(lab: Lab) -> None:
    """One after the other they would take three minutes."""
    with serving(dripping) as port:
        nasty = [
            *[lab.sites["never-answers"].target] * 60,
            *[f"drip.localhost:{port}"] * 30,
            *[lab.sites["resets"].target] * 30,
            *[lab.sites["huge-chain"].target] * 30,
        ]
        texts = [text for pair in zip(nasty, lab.many(150), strict=True) for text in pair]
        options = InspectOptions(roots=(lab.ca_file,), timeout=2.0, network=False)
        start = time.monotonic()
        found = dict(Engine().inspect_many([parse_target(text) for text in texts], options))
        assert time.monotonic() - start < HANG
    seen = [found[place] for place in range(300)]
    assert all(isinstance(one, Report) for one in seen)
    reports = [one for one in seen if isinstance(one, Report)]
    assert {one.verdict for one in reports[1::2]} == {Verdict.TRUSTED}
    causes = [{finding.cause for finding in one.findings} for one in reports[::2]]
    assert causes[:90] == [{"timeout"}] * 90
    assert causes[90:120] == [{"connection-reset"}] * 30
    assert causes[120:] == [{"malformed-certificate"}] * 30


def test_what_is_done_is_let_go(lab: Lab) -> None:
    targets = [parse_target(text) for text in lab.many(100)]
    kept: list[weakref.ref[Evidence]] = []
    alive = 0
    with closing(collect_many(targets, InspectOptions(network=False), (), Progress())) as found:
        for _, evidence in found:
            assert isinstance(evidence, Evidence)
            kept.append(weakref.ref(evidence))
            del evidence
            gc.collect()
            alive = max(alive, sum(one() is not None for one in kept))
    assert len(kept) == 100
    assert alive <= 2


def test_whoever_is_slow_to_look_uses_up_nobodys_time(lab: Lab) -> None:
    targets = [parse_target(text) for text in lab.many(many.YOUNG)]
    options = InspectOptions(roots=(lab.ca_file,), timeout=2.0, network=False)
    verdicts = []
    for _, report in Engine().inspect_many(targets, options):
        if not verdicts:
            time.sleep(4.0)  # as a pager does, or a chain that is hard to judge
        assert isinstance(report, Report)
        verdicts.append(report.verdict)
    assert verdicts == [Verdict.TRUSTED] * many.YOUNG


def test_a_file_that_cannot_be_read_is_given_in_its_place(lab: Lab, tmp_path: Path) -> None:
    words = tmp_path / "words.pem"
    words.write_text("hello")
    good = lab.many(2)
    targets = [parse_target(text) for text in (good[0], str(words), good[1])]
    found = dict(Engine().inspect_many(targets, InspectOptions(roots=(lab.ca_file,))))
    assert isinstance(found[1], UnreadableInput)
    for place in (0, 2):
        report = found[place]
        assert isinstance(report, Report) and report.verdict is Verdict.TRUSTED


def test_cancelling_ends_it_at_once(lab: Lab) -> None:
    targets = [parse_target(lab.sites["never-answers"].target)] * 50
    progress = Progress()
    threading.Timer(0.5, progress.cancel).start()
    with pytest.raises(Cancelled):
        list(collect_many(targets, InspectOptions(timeout=3600), (), progress))
    assert not [t for t in threading.enumerate() if t.name == "trustmgr-probe"]


# -- the crew ----------------------------------------------------------------------------------


async def after(sock: socket.socket, seconds: float) -> bool:
    return await Ready(sock, selectors.EVENT_READ, Deadline(seconds, Progress()))


def test_the_old_make_room_for_the_young(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "YOUNG", 3)
    monkeypatch.setattr(many, "YOUTH", 0.05)
    here, there = socket.socketpair()
    with here, there:
        there.sendall(b"x")
        silent, talking = socket.socketpair()
        with silent, talking:
            # a loop watches a socket once: each job has one of its own
            slow = [silent.dup() for _ in range(9)]
            jobs = [*(lambda one=one: after(one, 20) for one in slow), lambda: after(here, 20)]
            with closing(many.run_many(jobs, Progress())) as found:
                assert next(found) == (9, True)
            for one in slow:
                one.close()


def test_while_nobody_takes_results_no_more_begin() -> None:
    begun = []

    async def job() -> None:
        begun.append(1)

    with closing(many.run_many([job] * 1000, Progress())) as found:
        next(found)
        time.sleep(0.5)
        assert len(begun) <= many.YOUNG + 1
        assert len(list(found)) == 999
    assert len(begun) == 1000


def test_a_mistake_in_one_is_given_in_its_place() -> None:
    async def right() -> int:
        return 7

    async def wrong() -> int:
        raise ZeroDivisionError

    found = dict(many.run_many([right, wrong, right], Progress()))
    assert found[0] == found[2] == 7
    assert isinstance(found[1], ZeroDivisionError)


def test_a_call_that_hangs_is_left_behind() -> None:
    hanging = threading.Event()

    async def job() -> bool:
        return await Finished(lambda: hanging.wait(HANG) and None, Deadline(0.2, Progress()))

    async def quick() -> bool:
        return await Finished(lambda: None, Deadline(HANG, Progress()))

    try:
        assert dict(many.run_many([job, quick], Progress())) == {0: False, 1: True}
    finally:
        hanging.set()
