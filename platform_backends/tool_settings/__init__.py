"""``tool.*``: what single tools are told to trust, in the setting files of the user's home.

tools/      one file per tool: where its setting is        syntax.py yaml.py toml.py  how setting files are written
places.py   home, our bundles, the machine's roots         edit.py     one change of a setting, and its way back
bundle.py   the file of ours that a setting names          record.py   what is kept on disk about it
change.py   one change: all of it or nothing               writing.py  one write of a file that others may write, too
store.py    the store, made of these

medium.py   files, and what else holds settings            registry.py  variables of Windows
shells.py   variables of macOS                             programs.py   programs with settings of their own
system.py   what is read of Windows' own store

site.py       one site, HOST:PORT                          site_stores.py   the stores for one site alone
git_sites.py  git's section for one URL                    certs_folder.py  Docker's and Podman's certs.d
"""

from collections.abc import Sequence

from platform_backends.base import Store
from platform_backends.tool_settings.site_stores import site_store, site_store_ids, site_stores
from platform_backends.tool_settings.store import ToolStore, tool_named, tool_stores

__all__ = ["ToolStore", "site_store", "site_store_ids", "stores", "tool_named"]


def stores() -> Sequence[Store]:
    """The stores of this family: of the tools, available or not; of single sites, those that are there."""
    return (*tool_stores(), *site_stores())
