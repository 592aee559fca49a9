"""Whether a run finds here what its settings need beside the usual packages. Needs a plain Python."""

from __future__ import annotations

import importlib.util
from typing import Any


class Unfit(Exception):
    """What is missing here, and what to do about it."""

    code = "environment"


def unfit(plan: dict[str, Any], *, has_gpu: bool | None) -> Unfit | None:
    """What is missing, None where nothing is. `has_gpu`: whether PyTorch sees one; None before it was asked."""
    needs = plan["needs"]
    for need in needs["modules"]:
        if importlib.util.find_spec(need["module"]) is None:
            return Unfit(f"{need['setting']} needs the package {need['module']}, which this Python lacks. Install it.")
    if has_gpu is False and needs["gpu"]:
        return Unfit(f"{' and '.join(needs['gpu'])} needs a GPU, and PyTorch sees none here. Leave it out.")
    return None
