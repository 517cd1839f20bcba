from tests.contract.namespace import private_machine
from tests.contract.tool_home import home

__all__ = ["home", "private_machine"]
