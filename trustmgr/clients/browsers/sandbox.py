"""NSS databases that trust what a sandbox trusts, and nothing else."""

from __future__ import annotations

from pathlib import Path

from trustmgr.clients.base import Attempt


def trusting(attempt: Attempt, folder: Path) -> None:
    """A database in `folder` with the certificates of the attempt's sandbox.

    Raises `StoreUnavailable` without certutil, and other `StoreError`.
    """
    from platform_backends.base import SERVER_AUTH_ONLY
    from platform_backends.certificates import all_in
    from platform_backends.nss import NssStore
    from platform_backends.nss.places import Place

    if attempt.sandbox is None:
        return
    store = NssStore(Place("nss.sandbox", "The sandbox", folder))
    for der in all_in(attempt.sandbox.bundle.read_bytes()):
        store.add(der, SERVER_AUTH_ONLY)
