"""What cannot go on."""


class Trouble(Exception):
    """One plain sentence (or two) for whoever typed the command: what is wrong, what to do next."""
