"""Names for the moments of a change, so that tests can stop a program at each of them.

In the product `reached` does nothing. A test replaces it inside a child process with a function
that kills the process, and then proves that what is left can be settled. It is not switched by
the environment or a file: nobody outside can reach it in a process that runs with more rights.
"""

from __future__ import annotations


def reached(name: str) -> None:
    """A change is at this moment; `name` is stable only for the length of a test."""
