"""The commands of observations about settings: typed as they stand, they repair, and lose nothing else."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.audit.test_settings import look, write
from tests.making import make

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="of Linux: GNU sed")

#: File, text before and after what is wrong, and what is wrong.
WRONG = [
    (".gitconfig", "[user]\n\tname = x\n", "[http]\n\tsslVerify = false\n", "[core]\n\ta = b\n"),
    (".gitconfig", "# mine\n", '[http "https://a.example/x"]\n\tsslVerify = no\n', ""),
    (".gitconfig", "", '[http "https://a.example"]\n\tsslCAInfo = ~/gone.pem\n', ""),
    ("etc/gitconfig", "", "[http]\n\tsslCAInfo = /nowhere\n", ""),
    (".config/git/config", "", "[http]\n\tsslVerify = \n", ""),
    (".npmrc", "fund=false\n", "strict-ssl=false\n", "audit=false\n"),
    (".npmrc", "fund=false\n", "cafile=/nowhere\n", ""),
    ("etc/npmrc", "a=b\n", "strict-ssl=false\n", "c=d\n"),
    (".config/pip/pip.conf", "[global]\nindex-url = https://x/\n", "cert = /nowhere\n", ""),
    (".config/pip/pip.conf", "[install]\nuser = no\n", "trusted-host = a\n  b\n", "pre = no\n"),
    (".pip/pip.conf", "[global]\n", "trusted-host = a\n  b\n  c\n", "[install]\nuser = no\n"),
    (".pip/pip.conf", "[global]\n", "cert: /nowhere\n", "user = no\n"),
    ("etc/pip.conf", "[global]\n", "trusted_host = a\n", "x = y\n"),
    (".curlrc", "silent\n", "insecure\n", "# end\n"),
    (".curlrc", "silent\r\n", "--insecure\r\n", "a = b\r\n"),
    (".curlrc", "", "-k\n", "user-agent = k\n"),
    (".curlrc", "", 'cacert = "/nowhere"\n', "x = y\n"),
    (".wgetrc", "tries = 2\n", "check_certificate = off\n", "x = y"),
    (".wgetrc", "", "Check-Certificate=0\n", ""),
    (".wgetrc", "", "ca_certificate = /nowhere\n", ""),
    (".cargo/config.toml", "[http]\ntimeout = 1\n", 'cainfo = "/nowhere" # c\n', "[net]\nr = 1\n"),
    (".yarnrc", '# mine\nlastUpdateCheck "1"\n', '"strict-ssl" false\n', 'registry "x"\n'),
    (".yarnrc", "", "cafile /nowhere\n", ""),
    (".yarnrc.yml", "nodeLinker: pnp\n", "enableStrictSsl: false\n", "x: y\n"),
    (".yarnrc.yml", "", 'httpsCaFilePath: "/nowhere"\n', ""),
    (".condarc", "channels:\n  - a\n", "ssl_verify: false # why\n", "x: y\n"),
    ("etc/conda/condarc.d/a.yml", "", "ssl_verify: /nowhere\n", ""),
    (".profile", "# mine\n", "export NODE_TLS_REJECT_UNAUTHORIZED=0\n", "export A=1\n"),
    (".bashrc", "x() { :; }\n", 'export SSL_CERT_FILE="$HOME/gone.pem"\n', "alias a=b\n"),
    ("etc/environment", "LANG=C\n", "GIT_SSL_NO_VERIFY=1\n", "PATH=/bin\n"),
    (".config/environment.d/a.conf", "A=1\n", "PYTHONHTTPSVERIFY=0\n", "B=2\n"),
    ("etc/profile.d/corp.sh", "# c\n", "  export REQUESTS_CA_BUNDLE='/nowhere'\n", "umask 022\n"),
]
#: Programs with a command of their own for it; those that are not here cannot be asked.
OWN = ("conda", "npm", "pip", "git")


@pytest.mark.parametrize(("file", "before", "wrong", "after"), WRONG)
def test_a_command_repairs_what_was_seen(
    tmp_path: Path, file: str, before: str, wrong: str, after: str
) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((before + wrong + after).encode())
    (seen,) = look(tmp_path)
    assert seen.place == str(path)
    command = seen.commands[0]
    words = shlex.split(command)
    if words[0] == "sudo":
        assert file.startswith("etc/")
        words = words[1:]
    assert words[0] == "sed" or words[0] in OWN
    if shutil.which(words[0]) is None:
        return
    run(tmp_path, words)
    assert look(tmp_path) == ()
    if words[0] == "sed":
        assert path.read_bytes() == (before + after).encode()
        assert (
            path.with_name(f"{path.name}.before").read_bytes() == (before + wrong + after).encode()
        )
    else:
        assert all(line in path.read_text() for line in (before + after).split("\n"))


def run(home: Path, words: list[str]) -> None:
    kept = ("PATH", "LANG", "PYENV_ROOT")
    env = {name: value for name, value in os.environ.items() if name in kept}
    ran = subprocess.run(
        words,
        env=env | {"HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran


def test_a_command_does_nothing_when_the_line_has_gone(tmp_path: Path) -> None:
    write(tmp_path / ".curlrc", "silent\ninsecure\n")
    (seen,) = look(tmp_path)
    write(tmp_path / ".curlrc", "insecure\nsilent\nurl = https://x\n")
    run(tmp_path, shlex.split(seen.commands[0]))
    assert (tmp_path / ".curlrc").read_text() == "insecure\nsilent\nurl = https://x\n"


def test_a_linked_file_stays_linked(tmp_path: Path) -> None:
    write(tmp_path / "dotfiles" / "curl", "insecure\nsilent\n")
    (tmp_path / ".curlrc").symlink_to(tmp_path / "dotfiles" / "curl")
    (seen,) = look(tmp_path)
    run(tmp_path, shlex.split(seen.commands[0]))
    assert (tmp_path / ".curlrc").is_symlink()
    assert (tmp_path / "dotfiles" / "curl").read_text() == "silent\n"


def test_odd_names_of_files_are_harmless(tmp_path: Path) -> None:
    home = tmp_path / "it's $(touch x) `id` a"
    write(home / ".curlrc", "insecure\n")
    (seen,) = look(home)
    run(home, ["sh", "-c", seen.commands[0]])
    assert look(home) == ()
    assert sorted(path.name for path in home.iterdir()) == [".curlrc", ".curlrc.before"]


def test_what_is_set_at_log_in_is_said_of_the_file_alone(tmp_path: Path) -> None:
    write(tmp_path / ".profile", "export GIT_SSL_NO_VERIFY=1\nGIT_SSL_CAINFO=/x git fetch\n")
    (seen,) = look(tmp_path, GIT_SSL_NO_VERIFY="1")
    assert seen.place == str(tmp_path / ".profile")
    assert seen.commands[1] == "unset GIT_SSL_NO_VERIFY"
    other = look(tmp_path, GIT_SSL_NO_VERIFY="true")
    assert [o.place for o in other] == [str(tmp_path / ".profile"), "the environment"]


def test_what_a_script_decides_cannot_be_told(tmp_path: Path) -> None:
    write(tmp_path / ".zshrc", 'export SSL_CERT_FILE="$CORP/ca.pem"\nexport A="open\n')
    assert look(tmp_path) == ()


def test_settings_of_git_in_the_environment(tmp_path: Path) -> None:
    pairs = {
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "core.editor",
        "GIT_CONFIG_VALUE_0": "vi",
        "GIT_CONFIG_KEY_1": "http.https://a.example/.sslVerify",
        "GIT_CONFIG_VALUE_1": "false",
    }
    (seen,) = look(tmp_path, **pairs)
    assert seen.title == "git for https://a.example/ does not check certificates"
    assert seen.commands == ("unset GIT_CONFIG_COUNT",)
    assert look(tmp_path, **(pairs | {"GIT_CONFIG_COUNT": "1"})) == ()
    assert look(tmp_path, **(pairs | {"GIT_CONFIG_COUNT": "9" * 5000})) == ()
    assert look(tmp_path, GIT_CONFIG_COUNT="x") == ()


def test_registries_that_are_not_checked(tmp_path: Path) -> None:
    write(
        tmp_path / "etc/docker/daemon.json",
        '{"insecure-registries": ["r.example:5000", "10.0.0.0/8", "127.0.0.0/8", "localhost:5000", '
        '"[::1]:5000", 7]}',
    )
    write(
        tmp_path / ".config/containers/registries.conf",
        'unqualified = 1\n[[registry]]\nlocation = "p.example"\ninsecure = true\n'
        '[[registry]]\nlocation = "q.example"\n',
    )
    found = look(tmp_path)
    assert [o.title for o in found] == [
        "Docker for r.example:5000 does not check certificates",
        "Docker for 10.0.0.0/8 does not check certificates",
        "Podman for p.example does not check certificates",
    ]
    assert found[0].commands == (f"sudoedit {tmp_path}/etc/docker/daemon.json",)
    assert found[2].commands[0].startswith('"${EDITOR:-vi}" ')


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"insecure-registries": {}}', "[" * 100_000, "\0"]
)
def test_odd_settings_of_registries_are_none(tmp_path: Path, text: str) -> None:
    for name in ("etc/docker/daemon.json", "etc/containers/registries.conf"):
        write(tmp_path / name, text)
    assert look(tmp_path) == ()


def test_folders_of_registries(tmp_path: Path) -> None:
    certs = tmp_path / "etc" / "docker" / "certs.d"
    write(certs / "good.example:5000" / "ca.crt", make(ca=True).pem.decode())
    assert look(tmp_path) == ()  # it is read besides the system's: one is right
    write(certs / "empty.example" / "ca.crt", "")
    write(certs / "key.example" / "client.cert", "x")
    (certs / "link.example").mkdir()
    (certs / "link.example" / "ca.crt").symlink_to(tmp_path / "gone")
    write(certs / "stray.crt", "")
    found = look(tmp_path)
    assert [(o.kind, o.title.partition(":")[0]) for o in found] == [
        ("roots-missing", "Docker for empty.example"),
        ("client-key-missing", "Docker for key.example"),
        ("roots-missing", "Docker for link.example"),
    ]
    for one in found:
        run(tmp_path, shlex.split(one.commands[0])[1:])
    assert [o.kind for o in look(tmp_path)] == ["roots-missing"]  # the client's was no certificate
