"""Takes the place of PyTorch where a plain Python runs a package."""


def set_num_threads(count: int) -> None:
    """Nothing to set."""
