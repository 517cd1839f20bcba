"""Which NSS databases are found, and what is said where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from platform_backends.base import SERVER_AUTH_ONLY, StoreUnavailable
from platform_backends.discovery import all_stores, open_store
from platform_backends.nss import NssStore, profiles, tool
from platform_backends.nss.places import Place
from tests.cli.running import trustmgr
from tests.contract.namespace import bind, private_machine, unbind
from tests.contract.nss_home import NEEDED, certutil, home, profile, put, state
from tests.making import make

__all__ = ["home", "private_machine"]

pytestmark = NEEDED


def usual() -> str:
    place = profiles.usual()
    return place.id if place else ""


class TestPlaces:
    """Which databases are found."""

    @pytest.fixture(autouse=True)
    def in_home(self, home: Path) -> Iterator[None]:
        self.home = home
        yield

    def ids(self) -> list[str]:
        return [s.id for s in all_stores() if s.id.startswith("nss.")]

    def test_the_old_folder_of_chromium_wins(self) -> None:
        new = open_store("nss.user")
        assert isinstance(new, NssStore)
        assert new.folder == self.home / ".local/share/pki/nssdb"
        (self.home / ".pki/nssdb").mkdir(parents=True)
        old = open_store("nss.user")
        assert isinstance(old, NssStore)
        assert old.folder == self.home / ".pki/nssdb"

    def test_packages_keep_their_own(self) -> None:
        (self.home / "snap/chromium/current").mkdir(parents=True)
        (self.home / ".var/app/org.chromium.Chromium").mkdir(parents=True)
        assert {"nss.snap.chromium", "nss.flatpak.chromium"} <= set(self.ids())

    @pytest.mark.parametrize(
        ("store", "package", "data"),
        [
            ("nss.snap.chromium", "snap/chromium/current", ".local/share"),
            ("nss.flatpak.chromium", ".var/app/org.chromium.Chromium", "data"),
            ("nss.flatpak.chrome", ".var/app/com.google.Chrome", "data"),
        ],
    )
    def test_what_a_package_has_is_not_hidden_by_an_older_folder(
        self, store: str, package: str, data: str
    ) -> None:
        """Chromium would go to the old folder as soon as we had created it, and leave theirs."""
        own, theirs = self.home / package, make("Theirs", ca=True)
        new = NssStore(Place("theirs", "Theirs", own / data / "pki/nssdb"))
        put(new, theirs, "C,,", "theirs", self.home)
        opened = open_store(store)
        opened.add(make("Ours", ca=True).der, SERVER_AUTH_ONLY)
        assert len(opened.entries()) == 2
        assert not (own / ".pki").exists()
        (own / ".pki/nssdb").mkdir(parents=True)
        assert open_store(store).entries() == ()
        assert len(new.entries()) == 2

    def test_homes_of_the_user_s_own_choice(self, monkeypatch: pytest.MonkeyPatch) -> None:
        data, config = self.home / "my data", self.home / "my settings"
        monkeypatch.setenv("XDG_DATA_HOME", str(data))
        monkeypatch.setenv("XDG_CONFIG_HOME", str(config))
        profile(config / "mozilla/firefox", "chosen")
        opened = open_store("nss.user")
        assert isinstance(opened, NssStore)
        assert opened.folder == data / "pki/nssdb"
        assert "nss.firefox.xdg-chosen" in self.ids()
        monkeypatch.setenv("XDG_CONFIG_HOME", "my settings")  # relative: does not count
        assert "nss.firefox.xdg-chosen" not in self.ids()

    def test_several_editions(self) -> None:
        """They share a home; what is installed by hand, or elsewhere, is named by its path."""
        elsewhere = self.home / "elsewhere" / "profile"
        elsewhere.mkdir(parents=True)
        folder = self.home / ".mozilla/firefox"
        names = ("a.default-release", "b.dev-edition-default", "c.default-nightly")
        profile(folder, *names)
        with (folder / "profiles.ini").open("a") as ini:
            ini.write(f"[Profile9]\nName=moved\nIsRelative=0\nPath={elsewhere}\n")
            for number, name in enumerate(names):
                ini.write(f"[Install{number}ABC]\nDefault={name}\nLocked=1\n")
        stores = [s for s in all_stores() if s.id.startswith("nss.firefox.")]
        assert [s.id for s in stores] == [f"nss.firefox.{n}" for n in (*names, "profile")]
        assert len({s.title for s in stores}) == 4
        for store in stores:
            assert store.add(make(ca=True).der, SERVER_AUTH_ONLY) is True
            assert len(store.entries()) == 1

    def test_a_new_home_within_flatpak(self) -> None:
        profile(self.home / ".var/app/org.mozilla.firefox/config/mozilla/firefox", "x")
        profile(self.home / ".var/app/org.mozilla.firefox/.mozilla/firefox", "x")
        found = [i for i in self.ids() if i.startswith("nss.firefox.")]
        assert found == ["nss.firefox.flatpak-x", "nss.firefox.flatpak-xdg-x"]

    def test_every_profile_of_every_home(self) -> None:
        homes = (
            ".mozilla/firefox",
            ".config/mozilla/firefox",
            "snap/firefox/common/.mozilla/firefox",
            ".var/app/org.mozilla.firefox/.mozilla/firefox",
        )
        for place in homes:
            profile(self.home / place, "aaaa.default", "../../etc: \u202e")
        found = [i for i in self.ids() if i.startswith("nss.firefox.")]
        assert len(found) == len(set(found)) == 2 * len(homes)
        assert "nss.firefox.aaaa.default" in found
        assert "nss.firefox.snap-aaaa.default" in found
        assert all(i.isascii() and "/" not in i and " " not in i for i in found)
        assert found == [i for i in self.ids() if i.startswith("nss.firefox.")]

    def test_no_profile_yet_is_said(self) -> None:
        (self.home / ".mozilla/firefox").mkdir(parents=True)
        store = open_store("nss.firefox")
        assert not store.availability().available
        assert "Start Firefox once" in store.availability().fix
        assert ".config/mozilla/firefox" in store.availability().reason
        with pytest.raises(StoreUnavailable):
            store.entries()
        with pytest.raises(StoreUnavailable):
            store.add(make(ca=True).der, SERVER_AUTH_ONLY)

    def test_a_firefox_that_was_never_started(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From flatpak: not on the PATH, and no home yet."""
        monkeypatch.setenv("PATH", str(self.home))
        assert "nss.firefox" not in self.ids()
        (self.home / ".local/share/flatpak/app/org.mozilla.firefox").mkdir(parents=True)
        assert "nss.firefox" in self.ids()
        (self.home / ".local").rename(self.home / "elsewhere")
        (self.home / "firefox-beta").touch(mode=0o755)
        assert "nss.firefox" in self.ids()

    def test_the_profile_that_firefox_opens(self) -> None:
        home = self.home / ".mozilla/firefox"
        profile(home, "one", "two", "three")
        assert usual() == "nss.firefox.one"
        ini = home / "profiles.ini"
        ini.write_text(ini.read_text().replace("Path=two", "Path=two\nDefault=1"))
        assert usual() == "nss.firefox.two"
        ini.write_text("[InstallABC]\nDefault=three\nLocked=1\n" + ini.read_text())
        assert usual() == "nss.firefox.three"

    @pytest.mark.parametrize("text", ["", "[", "[Profile0]\nPath=gone\n", "\0\xff"])
    def test_odd_lists_of_profiles(self, text: str) -> None:
        folder = self.home / ".mozilla/firefox"
        folder.mkdir(parents=True)
        (folder / "profiles.ini").write_text(text)
        assert "nss.firefox" in self.ids()

    def test_the_command_says_what_is_missing(self) -> None:
        """No profile yet, and then a primary password: a sentence and what to do, and nothing changed."""
        file = self.home / "ca.pem"
        file.write_bytes(make("Wanted", ca=True).pem)
        (self.home / ".mozilla/firefox").mkdir(parents=True)
        words = ("import", str(file), "--yes", "--store")
        ran = trustmgr(*words, "nss.firefox")
        assert ran.code != 0
        assert "no profile yet" in ran.err
        assert "Start Firefox once" in ran.err
        (shown,) = (
            s for s in trustmgr("stores", "--json").json["stores"] if s["id"] == "nss.firefox"
        )
        assert not shown["available"]
        folder = self.home / ".mozilla/firefox"
        profile(folder, "one")
        secret = self.home / "secret"
        secret.write_text("a long secret\n")
        certutil(folder / "one", "-N", "-f", str(secret), home=self.home)
        before = state(folder)
        ran = trustmgr(*words, "nss.firefox.one")
        assert ran.code == 5
        assert "primary password" in ran.err
        assert "browser's own settings" in ran.err
        assert state(folder) == before
        assert [c["state"] for c in trustmgr("history", "--json").json["changes"]] == ["failed"]


def test_the_command_says_how_to_get_certutil(private_machine: Path, home: Path) -> None:
    program, file = tool.find(), home / "ca.pem"
    assert program is not None
    file.write_bytes(make("Wanted", ca=True).pem)
    (private_machine / "nothing").touch()
    bind(private_machine / "nothing", program)
    try:
        ran = trustmgr("import", str(file), "--store", "nss.user", "--yes")
        shown = trustmgr("stores", "--json").json["stores"]
    finally:
        unbind(program)
    assert ran.code != 0
    assert "certutil of NSS is not installed" in ran.err
    for hint in ("apt install libnss3-tools", "nss-tools", "firefox.policies"):
        assert hint in ran.err
    (user,) = (store for store in shown if store["id"] == "nss.user")
    assert not user["available"]
