from tests.macos.machine import anywhere, login, mac, root, roots, system, trust_can_change

__all__ = ["anywhere", "login", "mac", "root", "roots", "system", "trust_can_change"]
