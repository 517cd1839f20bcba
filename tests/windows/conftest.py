from tests.windows.fixtures import stores_as_before

__all__ = ["stores_as_before"]
