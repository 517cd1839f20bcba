"""Which NSS databases are found, and what is said where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from platform_backends.base import SERVER_AUTH_ONLY, StoreUnavailable
from platform_backends.discovery import all_stores, open_store
from platform_backends.nss import NssStore, profiles
from tests.contract.nss_home import NEEDED, home, profile
from tests.making import make

__all__ = ["home"]

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
