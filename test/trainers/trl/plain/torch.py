"""Takes the place of PyTorch where a plain Python runs a package. PLAIN_GPU: there is a GPU; see below."""

import os


def set_num_threads(count: int) -> None:
    """Nothing to set."""


class cuda:  # noqa: N801
    """A GPU on which each step holds PLAIN_GPU bytes more than the one before it."""

    steps = 1

    @staticmethod
    def is_available() -> bool:
        """Whether there is one."""
        return "PLAIN_GPU" in os.environ

    @classmethod
    def max_memory_allocated(cls) -> int:
        """The most that was held since the peak was forgotten."""
        return cls.steps * int(os.environ["PLAIN_GPU"])

    @classmethod
    def reset_peak_memory_stats(cls) -> None:
        """The next step begins."""
        cls.steps += 1
