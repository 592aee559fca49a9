"""Where a function is called."""

from typing import Any


def NodeAffinitySchedulingStrategy(*_: Any, **__: Any) -> None:  # noqa: N802
    """On the one node."""
