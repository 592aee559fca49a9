"""LoRA by peft: the adapters of a run, and a policy with its adapters added in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, set_peft_model_state_dict
from safetensors.torch import load_file


def adapters_of(plan: dict[str, Any] | None) -> LoraConfig | None:
    """What peft trains, None where all weights are trained."""
    if plan is None:
        return None
    return LoraConfig(
        r=plan["rank"],
        lora_alpha=plan["alpha"],
        target_modules=plan["targets"],
        lora_dropout=0.0,
        task_type="CAUSAL_LM",
    )


@torch.no_grad()
def save_merged(model: PeftModel, folder: Path) -> None:
    """Writes the weights with the adapters added in beside what is there; the model stays as it is, to the last bit."""
    base = model.get_base_model()
    adapted = {name: module for name, module in base.named_modules() if hasattr(module, "get_delta_weight")}
    packed = {f"{name}.weight": module.weight for name, module in base.named_modules() if _is_packed(module)}
    state = {}
    for name, tensor in base.state_dict().items():
        if ".lora_" in name or any(name.startswith(f"{one}.") for one in packed):  # how 4 bits are read goes with them
            continue
        clean = name.replace(".base_layer.", ".")
        module = adapted.get(clean.removesuffix(".weight")) if clean.endswith(".weight") else None
        whole = _unpacked(packed[name]) if name in packed else tensor
        state[clean] = whole if module is None else whole + module.get_delta_weight("default")
    quantizer, base.hf_quantizer = getattr(base, "hf_quantizer", None), None  # what is saved is whole
    try:
        base.save_pretrained(folder, state_dict=state)
    finally:
        if quantizer is not None:
            base.hf_quantizer = quantizer


def _is_packed(module: torch.nn.Module) -> bool:
    return getattr(getattr(module, "weight", None), "quant_state", None) is not None


def _unpacked(weight: Any) -> torch.Tensor:
    """Weights of 4 bits as the layer computes with them."""
    from bitsandbytes.functional import dequantize_4bit

    return dequantize_4bit(weight.data, weight.quant_state)


def take_adapters(model: PeftModel, checkpoint: Path) -> None:
    """The adapters of a checkpoint. Trainer looks for them only in folders without the model's own weights."""
    found = set_peft_model_state_dict(model, load_file(checkpoint / "adapter_model.safetensors"))
    missing = [name for name in found.missing_keys if "lora_" in name]
    if missing or found.unexpected_keys:
        raise ValueError(
            f"{checkpoint}: the adapters are not those of this run ({(missing + found.unexpected_keys)[0]})"
        )
