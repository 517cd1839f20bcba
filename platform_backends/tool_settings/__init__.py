"""``tool.*``: what single tools are told to trust, in the setting files of the user's home.

tools/      one file per tool: where its setting is        syntax.py  how setting files are written
places.py   home, our bundles, the machine's roots         edit.py    one change of a setting, and its way back
bundle.py   the file of ours that a setting names          record.py  what is kept on disk about it
change.py   one change: all of it or nothing               store.py   the store, made of these
"""

from platform_backends.tool_settings.store import ToolStore, stores, tool_named

__all__ = ["ToolStore", "stores", "tool_named"]
