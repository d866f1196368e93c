"""`valence demo`."""


def demo() -> None:
    """x."""
