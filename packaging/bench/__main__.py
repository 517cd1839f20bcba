"""Measures and prints. Words: `--sslyze PATH` where it is installed, `--check` to fail on a miss."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import comparison as compare
from bench import many
from bench.lab import Good, good_site
from bench.timing import Failed, medians

#: Settings of the machine that change what a client trusts or where it connects.
_MEDDLING = ("SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "TRUSTMGR_")


def main() -> int:
    """0, or 1 when something could not be measured (with `--check`: or an aim was missed)."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("--sslyze", default=shutil.which("sslyze"), help="the sslyze program")
    parser.add_argument("--check", action="store_true", help="exit with 1 when an aim is missed")
    args = parser.parse_args()
    trustmgr = [sys.executable, str(Path(sys.executable).with_name("trustmgr"))]
    if os.name == "nt":
        trustmgr = [str(Path(sys.executable).with_name("trustmgr.exe"))]
    with tempfile.TemporaryDirectory(prefix="trustmgr-bench-") as home:
        environment = _environment(home)
        try:
            with good_site(trustmgr, environment) as site:
                results = [
                    _measure(one, environment) for one in _comparisons(trustmgr, site, args.sslyze)
                ]
            openssl = shutil.which("openssl")
            results += many.measure(trustmgr, environment, Path(home), openssl, args.sslyze)
        except Failed as failure:
            sys.stderr.write(f"dev.py bench: {failure}\n")
            return 1
    return 1 if args.check and not all(results) else 0


def _environment(home: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_MEDDLING)}
    return {**kept, "TRUSTMGR_HOME": home}


def _comparisons(
    trustmgr: list[str], site: Good, sslyze: str | None
) -> Iterator[compare.Comparison]:
    openssl = shutil.which("openssl")
    if openssl:
        yield compare.inspect_and_openssl(trustmgr, site, openssl)
    else:
        sys.stdout.write("Left out: openssl is not installed.\n")
    if sslyze:
        yield compare.inspect_and_sslyze(trustmgr, site, sslyze)
    else:
        sys.stdout.write("Left out: sslyze is not installed.\n")
    yield compare.window_and_bare_window(trustmgr)


def _measure(one: compare.Comparison, environment: Mapping[str, str]) -> bool:
    """Print one comparison; whether its aim was met."""
    ours, theirs = medians((one.ours, one.theirs), one.runs, environment)
    ratio = ours / theirs
    met = one.aim(ratio)
    times = f"{ratio:.2f} times" if ratio >= 1 else f"{1 / ratio:.1f} times faster"
    sys.stdout.write(
        f"{one.what}: {one.ours.name} {ours * 1000:.0f} ms, {one.theirs.name} "
        f"{theirs * 1000:.0f} ms (medians of {one.runs})\n"
        f"    {times} than it; aim: {one.aim_text}: {'met' if met else 'MISSED'}\n".replace(
            " times than it", " times its time"
        )
    )
    sys.stdout.flush()
    return met


if __name__ == "__main__":
    sys.exit(main())
