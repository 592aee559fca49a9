"""Models as a run's settings want them in memory: number format, 4 bits."""

from __future__ import annotations

from typing import Any

import torch
from transformers import AutoModelForImageTextToText, BitsAndBytesConfig


def load_policy(plan: dict[str, Any]) -> Any:
    """The policy of a run, with frozen weights in 4 bits where that is asked for."""
    dtype = getattr(torch, plan["dtype"])
    more: dict[str, Any] = {"quantization_config": four_bit(plan, dtype)} if plan["fourBit"] else {}
    return AutoModelForImageTextToText.from_pretrained(plan["folder"], dtype=dtype, **more)


def four_bit(plan: dict[str, Any], dtype: torch.dtype) -> BitsAndBytesConfig:
    """QLoRA's own choice: NF4, its constants quantised again. The vision tower stays whole: it is small, and exact."""
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
        llm_int8_skip_modules=["lm_head", "visual"],
    )


def load_rater(folder: str, dtype: str) -> Any:
    """The model that rates."""
    return AutoModelForImageTextToText.from_pretrained(folder, dtype=getattr(torch, dtype))
