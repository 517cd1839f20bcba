from tests.contract.namespace import private_machine

__all__ = ["private_machine"]
