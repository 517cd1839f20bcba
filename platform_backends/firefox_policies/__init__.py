"""``firefox.policies``: what Firefox is told to trust by an administrator, for every profile.

layout.py    where everything is                 spans.py    JSON with the places of its parts
document.py  policies.json, changed in place     record.py   what we made, for the way back
change.py    one change: all of it or nothing    store.py    the store, made of these

Firefox reads the policy at its start and copies each certificate into the profile's own database, where
it stays when the policy goes (seen with Firefox 153 ESR): such copies are told by their trust, and are
removed together with the policy's entry.
"""

from collections.abc import Sequence

from platform_backends.base import Store
from platform_backends.firefox_policies.store import FirefoxPoliciesStore

__all__ = ["FirefoxPoliciesStore", "stores"]


def stores() -> Sequence[Store]:
    """The one store of this family."""
    return (FirefoxPoliciesStore(),)
