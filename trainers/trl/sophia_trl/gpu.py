"""Memory of the GPU that this process computes on, as PyTorch tells it; nothing where there is none."""

from __future__ import annotations

import torch


def peak_mib() -> float | None:
    """The most memory that PyTorch held in tensors since the last `forget_peak`, in MiB; None without a GPU."""
    if not torch.cuda.is_available():
        return None
    return torch.cuda.max_memory_allocated() / 2**20


def forget_peak() -> None:
    """From here on a new peak is looked for: steps are told apart, and evaluations from steps."""
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
