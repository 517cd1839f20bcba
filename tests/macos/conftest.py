from tests.macos.machine import login, mac, root, roots, system

__all__ = ["login", "mac", "root", "roots", "system"]
