"""Many sites at once: what `trustmgr inspect` reaches of what the machine can do.

Everything is measured in turns in the same run, against the same lab: see the ratios.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.lab import Good, good_site
from bench.spent import Spent, spent
from bench.timing import Failed, Program

SITES = 1000
LATENCY = 50  # milliseconds
AT_A_TIME = 100  # of the bare loop; the program's own choice is the same
_RUNS = 3
_SECONDS = 3  # of openssl s_time


def measure(
    trustmgr: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    openssl: str | None,
    sslyze: str | None,
) -> Iterator[bool]:
    """Print each comparison; whether its aim was met. Raises `Failed`."""
    with good_site(trustmgr, environment, latency=LATENCY) as far:
        yield _beside_a_bare_loop(trustmgr, environment, folder, far)
        if sslyze:
            yield _beside_sslyze(trustmgr, environment, folder, far, sslyze)
    if openssl:
        with good_site(trustmgr, environment) as near:
            _beside_s_time(trustmgr, environment, folder, near, openssl)


def _beside_a_bare_loop(
    trustmgr: Sequence[str], environment: Mapping[str, str], folder: Path, lab: Good
) -> bool:
    ours = _inspect(trustmgr, lab, _list(folder, lab, SITES))
    script = str(Path(__file__).with_name("bare_loop.py"))
    words = [sys.executable, script, str(_list(folder, lab, SITES)), str(AT_A_TIME)]
    bare = Program("a bare asyncio loop", words, {})
    our, its = _turns((ours, bare), environment)
    rate, limit = SITES / our.wall, SITES / its.wall
    _say(
        f"{SITES} sites {LATENCY} ms away: {ours.name} {rate:.0f} handshakes a second with all that "
        f"follows them, {bare.name} {limit:.0f} (medians of {_RUNS})",
        f"{rate / limit:.2f} of its rate; aim: at least 0.5: {_met(rate / limit >= 0.5)}; "
        f"{our.cpu / its.cpu:.1f} times its processor time",
    )
    few = spent(_inspect(trustmgr, lab, _list(folder, lab, SITES // 10)), environment)
    if our.peak:
        each = (our.peak - few.peak) / (SITES - SITES // 10) / 1024
        _say(
            f"memory at its peak: {few.peak >> 20} MB for {SITES // 10} sites, {our.peak >> 20} MB "
            f"for {SITES}",
            f"{max(each, 0.0):.1f} KB for each further site",
        )
    return rate / limit >= 0.5


def _beside_sslyze(
    trustmgr: Sequence[str], environment: Mapping[str, str], folder: Path, lab: Good, sslyze: str
) -> bool:
    ours = _inspect(trustmgr, lab, _list(folder, lab, SITES))
    path = folder / "for-sslyze.txt"
    names = "".join(f"{name}:{lab.main_port}{{127.0.0.1}}\n" for name in _names(SITES))
    path.write_text(names)
    words = [sslyze, "--certinfo", "--certinfo_ca_file", lab.ca_file]
    words += ["--mozilla_config", "disable", "--targets_in", str(path)]
    theirs = Program("sslyze --certinfo", words, {})
    our, its = spent(ours, environment), spent(theirs, environment)  # once: it takes its time
    _say(
        f"{SITES} sites {LATENCY} ms away: {ours.name} {our.wall * 1000:.0f} ms, {theirs.name} "
        f"{its.wall * 1000:.0f} ms",
        f"{its.wall / our.wall:.1f} times faster; aim: at least 10 times faster: "
        f"{_met(its.wall / our.wall >= 10)}",
    )
    return its.wall / our.wall >= 10


def _beside_s_time(
    trustmgr: Sequence[str], environment: Mapping[str, str], folder: Path, lab: Good, openssl: str
) -> None:
    """Without latency, for s_time makes one connection after the other."""
    ours = spent(_inspect(trustmgr, lab, _list(folder, lab, SITES)), environment)
    ours = spent(_inspect(trustmgr, lab, _list(folder, lab, SITES)), environment)
    words = [openssl, "s_time", "-connect", f"127.0.0.1:{lab.port}", "-new"]
    done = subprocess.run(
        [*words, "-time", str(_SECONDS), "-CAfile", lab.ca_file],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    found = re.search(r"(\d+) connections in ([\d.]+)s; ([\d.]+) connections/user sec", done.stdout)
    real = re.search(r"(\d+) connections in (\d+) real seconds", done.stdout)
    if found is None or real is None:
        raise Failed(f"openssl s_time said:\n{done.stdout[-500:]}{done.stderr[-500:]}")
    rate, its_rate = SITES / ours.wall, int(real[1]) / int(real[2])
    _say(
        f"{SITES} sites without latency: trustmgr inspect {rate:.0f} a second, openssl s_time -new, one "
        f"after the other, {its_rate:.0f}",
        f"{rate / its_rate:.2f} of its rate; per second of processor time "
        f"{SITES / ours.cpu:.0f} and {float(found[3]):.0f}",
    )


def _turns(programs: Sequence[Program], environment: Mapping[str, str]) -> list[Spent]:
    """The medians of programs that take turns; the first turn is not counted."""
    seen: list[list[Spent]] = [[] for _ in programs]
    for turn in range(_RUNS + 1):
        for program, all_of_it in zip(programs, seen, strict=True):
            once = spent(program, environment)
            if turn:
                all_of_it.append(once)
    return [Spent(*map(statistics.median, zip(*one, strict=True))) for one in seen]


def _inspect(trustmgr: Sequence[str], lab: Good, targets: Path) -> Program:
    words = [*trustmgr, "inspect", "--targets", str(targets), "--roots", lab.ca_file, "--jsonl"]
    return Program("trustmgr inspect", words, {})


def _list(folder: Path, lab: Good, count: int) -> Path:
    path = folder / f"targets-{lab.main_port}-{count}.txt"
    path.write_text("".join(f"{name}:{lab.main_port}\n" for name in _names(count)))
    return path


def _names(count: int) -> list[str]:
    return [f"n{number}.many.localhost" for number in range(count)]


def _met(yes: bool) -> str:
    return "met" if yes else "MISSED"


def _say(what: str, ratio: str) -> None:
    sys.stdout.write(f"{what}\n    {ratio}\n")
    sys.stdout.flush()
