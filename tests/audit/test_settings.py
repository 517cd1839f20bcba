"""Settings that replace the roots, point to nothing, or switch verification off: pure functions of a home
and an environment."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path

import certifi
import pytest

from tests.making import NOW, make
from trustmgr.audit import Observation, Weight, audit, of_settings
from trustmgr.audit.scene import Machine
from trustmgr.progress import Progress

SYSTEM = Path("/etc/ssl/certs/ca-certificates.crt")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def look(home: Path, **environment: str) -> tuple[Observation, ...]:
    return of_settings(Machine(home, environment, home / "etc"))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_window_can_look_again(home: Path) -> None:
    """The second look of a process."""
    write(home / ".npmrc", "strict-ssl=false\n")
    seen = [audit((), (), Machine(home, {}, home / "etc"), Progress()) for _ in range(2)]
    assert [len(one.observations) for one in seen] == [1, 1]


def test_nothing_set_is_nothing_said(home: Path) -> None:
    assert look(home) == ()


@pytest.mark.parametrize(
    ("variable", "value", "off"),
    [
        ("GIT_SSL_NO_VERIFY", "1", True),
        ("GIT_SSL_NO_VERIFY", "false", True),  # git asks only whether it is there
        ("NODE_TLS_REJECT_UNAUTHORIZED", "0", True),
        ("NODE_TLS_REJECT_UNAUTHORIZED", "1", False),
        ("PYTHONHTTPSVERIFY", "0", True),
        ("PYTHONHTTPSVERIFY", "1", False),
        ("PIP_TRUSTED_HOST", "pypi.org", True),
        ("npm_config_strict_ssl", "false", True),
        ("NPM_CONFIG_STRICT_SSL", "true", False),
        ("CONDA_SSL_VERIFY", "false", True),
    ],
)
def test_variables_that_switch_off(home: Path, variable: str, value: str, off: bool) -> None:
    found = look(home, **{variable: value})
    assert [o.kind for o in found] == (["verification-off"] if off else [])
    if off:
        assert found[0].weight is Weight.DANGER
        away = "reg delete HKCU\\Environment /v " if sys.platform == "win32" else "unset "
        assert found[0].commands == (away + variable,)


@pytest.mark.parametrize(
    ("file", "text", "count"),
    [
        (".gitconfig", "[http]\n\tsslVerify = false\n", 1),
        (".gitconfig", "[HTTP] sslverify = off ; why not\n", 1),
        (".gitconfig", '[http "https://a.example/"]\n\tsslVerify = "0"\n', 1),
        (".gitconfig", "[http]\n\tsslVerify = true\n[core]\n\tsslVerify = false\n", 0),
        (".gitconfig", "[http]\n\tsslVerify\n# sslVerify = false\n", 0),
        (".config/git/config", "[http]\nsslVerify=no", 1),
        ("etc/gitconfig", "[http]\nsslVerify=no", 1),
        (".npmrc", "registry=https://r.example/\nstrict-ssl=false\n", 1),
        (".npmrc", "strict-ssl = true\n;strict-ssl=false\n", 0),
        (".config/pip/pip.conf", "[global]\ntrusted-host = a.example\n  b.example\n", 1),
        (".pip/pip.conf", "[global]\ntrusted_host: a.example\n", 1),
        (".config/pip/pip.conf", "[global]\n# trusted-host = a.example\ntimeout = 60\n", 0),
        (".curlrc", "# nothing\ninsecure\n", 1),
        (".curlrc", "--insecure\n", 1),
        (".curlrc", "-k\n", 1),
        (".curlrc", "user-agent = k\n", 0),
        (".wgetrc", "check_certificate = off\n", 1),
        (".wgetrc", "check-certificate = on\n", 0),
        (".condarc", "channels:\n  - defaults\nssl_verify: false  # proxy\n", 1),
        (".condarc", "ssl_verify: truststore\n", 0),
        (".condarc", "ssl_verify: true\n", 0),
    ],
)
def test_files_that_switch_off(home: Path, file: str, text: str, count: int) -> None:
    write(home / file, text)
    found = look(home)
    assert [o.kind for o in found] == ["verification-off"] * count
    for one in found:
        assert one.place == str(home / file)
        assert (home / file).read_text() == text


def test_git_says_for_which_site(home: Path) -> None:
    write(home / ".gitconfig", '[http "https://a.example/"]\n\tsslVerify = false\n')
    (seen,) = look(home)
    assert seen.title == "git for https://a.example/ does not check certificates"
    assert "http.https://a.example/.sslVerify" in seen.commands[0]


def test_one_ca_in_place_of_all(home: Path) -> None:
    (home / "ca.pem").write_bytes(make("Alone", ca=True).pem)
    write(home / ".npmrc", "cafile=~/ca.pem\n")
    write(home / ".gitconfig", "[http]\n sslCAInfo = ~/ca.pem\n")
    write(home / ".config/pip/pip.conf", f"[global]\ncert = {home.as_posix()}/ca.pem\n")
    write(home / ".curlrc", f'cacert = "{home.as_posix()}/ca.pem"\n')
    write(home / ".wgetrc", f"ca_certificate = {home.as_posix()}/ca.pem\n")
    write(home / ".condarc", f"ssl_verify: {home.as_posix()}/ca.pem\n")
    found = look(
        home,
        REQUESTS_CA_BUNDLE=f"{home.as_posix()}/ca.pem",
        SSL_CERT_FILE=f"{home.as_posix()}/ca.pem",
    )
    assert [o.kind for o in found] == ["roots-replaced"] * 7  # wget's are read besides the system's
    assert all("every public site fails" in o.detail for o in found)


def test_for_one_site_and_added_a_single_ca_is_right(home: Path) -> None:
    (home / "ca.pem").write_bytes(make("Alone", ca=True).pem)
    write(home / ".gitconfig", '[http "https://a.example"]\n sslCAInfo = ~/ca.pem\n')
    assert look(home, NODE_EXTRA_CA_CERTS=f"{home.as_posix()}/ca.pem") == ()


def test_a_full_bundle_is_right_and_an_old_one_is_behind(home: Path) -> None:
    full = certifi.contents()
    (home / "full.pem").write_text(full, encoding="ascii")
    assert look(home, SSL_CERT_FILE=str(home / "full.pem")) == ()
    some = full.split("-----END CERTIFICATE-----")[:40]
    (home / "old.pem").write_text("-----END CERTIFICATE-----".join(some), encoding="ascii")
    (seen,) = look(home, CURL_CA_BUNDLE=str(home / "old.pem"))
    assert seen.kind == "roots-stale"


@pytest.mark.skipif(os.name != "posix" or not SYSTEM.exists(), reason="of Debian: its bundle")
def test_the_systems_own_bundle_serves(home: Path) -> None:
    write(home / ".npmrc", f"cafile={SYSTEM}\n")
    write(home / ".config/pip/pip.conf", f"[global]\ncert = {SYSTEM}\n")
    assert look(home, SSL_CERT_FILE=str(SYSTEM), SSL_CERT_DIR="/etc/ssl/certs") == ()


def test_missing_empty_and_expired_files(home: Path) -> None:
    (home / "empty.pem").touch()
    old = make("Old", ca=True, start=NOW - dt.timedelta(9), end=NOW - dt.timedelta(1))
    (home / "old.pem").write_bytes(old.pem)
    (home / "folder").mkdir()
    found = look(
        home,
        SSL_CERT_FILE=str(home / "gone.pem"),
        GIT_SSL_CAINFO=str(home / "empty.pem"),
        NODE_EXTRA_CA_CERTS=str(home / "old.pem"),
        SSL_CERT_DIR=str(home / "folder"),
    )
    kinds = {Path(o.evidence[1].removeprefix("It names ")).name: o.kind for o in found}
    assert kinds == {
        "gone.pem": "roots-missing",
        "empty.pem": "roots-missing",
        "old.pem": "roots-stale",
        "folder": "roots-missing",
    }


@pytest.mark.parametrize("junk", [b"\x00\xff" * 500, b"[http\n[[[\n= = =\n\n  x", b"\n" * 1000])
def test_junk_in_settings_is_no_setting(home: Path, junk: bytes) -> None:
    for name in (".gitconfig", ".npmrc", ".config/pip/pip.conf", ".curlrc", ".wgetrc", ".condarc"):
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(junk)
    assert look(home) == ()


@pytest.mark.parametrize(
    "value", ["x" * 5000, "/dev/zero", "/proc/self/mem", "a\0b", "~", "\udcff"]
)
def test_strange_values_are_never_a_traceback(home: Path, value: str) -> None:
    found = look(home, SSL_CERT_FILE=value, SSL_CERT_DIR=value, NODE_EXTRA_CA_CERTS=value)
    assert {o.kind for o in found} == {"roots-missing"}


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0, reason="of users: root alone can become nobody"
)
def test_where_one_may_not_look_is_cannot_be_read(home: Path) -> None:
    (home / "locked").mkdir(mode=0o700)
    (home / "locked" / "ca.pem").write_bytes(b"")
    child = os.fork()
    if not child:
        os.setresuid(65534, 65534, 65534)
        found = look(
            home, SSL_CERT_FILE=str(home / "locked" / "ca.pem"), CURL_HOME=f"{home}/locked"
        )
        os._exit(0 if [o.kind for o in found] == ["roots-missing"] else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_hostile_values_are_shown_inert(home: Path) -> None:
    (seen,) = look(home, SSL_CERT_FILE="/nowhere/\u202eevil\x1b[31m")
    for text in (seen.title, seen.detail, *seen.evidence, seen.place):
        assert "\u202e" not in text
        assert "\x1b" not in text
