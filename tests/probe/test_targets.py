"""Texts that people give, and the targets they mean."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trustmgr.errors import TrustManagerError, UnreadableInput, UsageError
from trustmgr.probe.targets import merge_files, parse_target


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("intranet", "intranet", 443),
        ("Intranet.Example.", "intranet.example", 443),
        ("intranet:8443", "intranet", 8443),
        ("under_score.example", "under_score.example", 443),
        ("https://intranet", "intranet", 443),
        ("HTTPS://intranet:8443/path?a=b:9#c", "intranet", 8443),
        ("https://user:pa:ss@intranet:8443/", "intranet", 8443),
        ("http://intranet/", "intranet", 443),
        ("http://intranet:8080/", "intranet", 8080),
        ("intranet.example/some/page", "intranet.example", 443),
        ("intranet:8443/", "intranet", 8443),
        ("  intranet:8443  ", "intranet", 8443),
        ("ldaps://d", "d", 636),
        ("imaps://m", "m", 993),
        ("smtps://m", "m", 465),
        ("pop3s://m", "m", 995),
        ("ftps://f", "f", 990),
        ("wss://w/socket", "w", 443),
        ("192.0.2.7:8443", "192.0.2.7", 8443),
        ("::1", "::1", 443),
        ("[::1]", "::1", 443),
        ("[2001:DB8:0::1]:8443", "2001:db8::1", 8443),
        ("https://[2001:db8::1]:8443/x", "2001:db8::1", 8443),
        ("bücher.example", "xn--bcher-kva.example", 443),
        ("BÜCHER。example:8443", "xn--bcher-kva.example", 8443),
        ("https://faß.example", "xn--fa-hia.example", 443),
        ("xn--bcher-kva.example", "xn--bcher-kva.example", 443),
    ],
)
def test_sites(text: str, host: str, port: int) -> None:
    target = parse_target(text)
    assert (target.host, target.port, target.server_name) == (host, port, host)
    assert target.text == text
    assert not target.is_file


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("in tranet", "space"),
        ("intranet\nother", "line break"),
        ('"intranet"', '"'),
        ("intra'net", "'"),
        ("intra<b>net", "<"),
        ("a..b", "empty"),
        (":443", "host"),
        ("https://", "empty|host"),
        ("intranet:0", "port"),
        ("intranet:65536", "port"),
        ("intranet:https", "port"),
        ("intranet:٤٤٣", "port"),
        ("intranet:-1", "port"),
        ("[::1", "address"),
        ("[::1]443", "address"),
        ("[intranet]:443", "IPv6"),
        ("1.2.3", "IPv4"),
        ("300.1.1.1", "IPv4"),
        ("gopher://x", "gopher"),
        ("a" * 64, "long"),
        (".".join(["a" * 60] * 5), "long"),
        ("x" * 5000, "long"),
        ("ex\u202eample.com", "name"),
        ("\udcff.example", "name"),
        ("bad\0name", "null"),
    ],
)
def test_what_is_no_site(text: str, word: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_target(text)
    assert any(one in caught.value.sentence for one in word.split("|"))
    assert "\n" not in str(caught.value)
    assert "\u202e" not in str(caught.value)


def test_options() -> None:
    target = parse_target("intranet:8443", host="Other.Example", connect="[::1]:9", starttls="smtp")
    assert (target.server_name, target.connect, target.starttls) == (
        "other.example",
        ("::1", 9),
        "smtp",
    )
    assert parse_target("mail", starttls="imap").port == 143
    assert parse_target("mail:99", starttls="imap").port == 99
    assert parse_target("smtp://mail").starttls == "smtp"
    assert parse_target("submission://mail").port == 587
    assert parse_target("intranet:8443", connect="127.0.0.1").connect == ("127.0.0.1", 8443)
    for wrong in ({"host": "a b"}, {"connect": "a:0"}, {"connect": ""}, {"starttls": "telnet"}):
        with pytest.raises(UsageError):
            parse_target("intranet", **wrong)


def test_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plain").write_text("x")
    Path("folder").mkdir()
    Path("site.example").mkdir()
    name = "it's “ö”.pem" if sys.platform == "win32" else "it's “ö”\n.pem"
    Path(name).write_text("x")
    assert parse_target("plain").files == ("plain",)
    assert parse_target(name, host="a.example").files == (name,)
    assert parse_target(name, host="a.example").server_name == "a.example"
    assert parse_target("folder").is_file  # whoever reads it says that it is a folder
    assert parse_target("site.example").host == "site.example"
    assert parse_target(Path("plain").resolve().as_uri()).is_file
    for missing in ("no.pem", "./no", "/no/such", "no.P12", "folder/no", "c:\\no", "file:///no"):
        with pytest.raises(UnreadableInput, match="no file"):
            parse_target(missing)


def test_files_that_follow_each_other_are_one_chain(tmp_path: Path) -> None:
    names = [str(tmp_path / name) for name in ("leaf.pem", "ca.pem", "saved.json")]
    for name in names:
        Path(name).write_text("x")
    Path(names[2]).write_text('{"format": "trustmgr-evidence", "version": 1}')
    leaf, ca, saved = map(parse_target, names)
    site = parse_target("intranet")
    assert [t.files for t in merge_files([leaf, ca])] == [(names[0], names[1])]
    assert [t.files for t in merge_files([leaf, site, ca])] == [(names[0],), (), (names[1],)]
    assert [t.files for t in merge_files([leaf, saved, ca])] == [
        (names[0],),
        (names[2],),
        (names[1],),
    ]


@given(st.text(max_size=80))
@example("[::1%\n]:1")
@example("//[]")
@example("http://@:1")
def test_any_text_gives_a_target_or_one_sentence(text: str) -> None:
    try:
        target = parse_target(text)
    except TrustManagerError as error:
        assert error.sentence
        assert "\n" not in error.sentence
        return
    if not target.is_file:
        assert target.host and target.host.isascii() and target.host.isprintable()
        assert not set(target.host) & set(" \"'<>/\\&")
        assert target.port and 0 < target.port < 65536


@given(
    st.from_regex(r"[a-z]([a-z0-9-]{0,10}[a-z0-9])?(\.[a-z]{2,8}){0,3}", fullmatch=True),
    st.integers(1, 65535),
)
def test_every_plain_name_is_taken_as_it_is(host: str, port: int) -> None:
    target = parse_target(f"https://{host}:{port}/")
    assert (target.host, target.port) == (host, port)


@given(st.ip_addresses(), st.integers(1, 65535))
def test_every_address_is_taken(address: object, port: int) -> None:
    text = f"[{address}]" if ":" in str(address) else str(address)
    assert parse_target(f"{text}:{port}").port == port
    assert parse_target(str(address)).host == str(address)
