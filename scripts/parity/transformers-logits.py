"""Lets transformers load a checkpoint and writes its logits: FOLDER holds model/, inputs.json and inputs.safetensors.

Usage: python scripts/parity/transformers-logits.py FOLDER   (called by npm run parity -- --transformers PYTHON)
Fails when a weight is missing, unexpected or newly initialised.
"""
import json
import pathlib
import sys

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForImageTextToText

folder = pathlib.Path(sys.argv[1])
model, report = AutoModelForImageTextToText.from_pretrained(
    folder / "model", dtype=torch.float32, attn_implementation="eager", output_loading_info=True
)
for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"):
    if report[kind]:
        sys.exit(f"{kind}: {list(report[kind])[:3]}")
case = json.loads((folder / "inputs.json").read_text())
inputs = {"input_ids": torch.tensor(case["input_ids"]), "attention_mask": torch.tensor(case["attention_mask"])}
pixels = load_file(folder / "inputs.safetensors")
if pixels:
    inputs["pixel_values"] = pixels["pixel_values"]
    inputs["image_grid_thw"] = torch.tensor(case["image_grid_thw"])
    inputs["mm_token_type_ids"] = (inputs["input_ids"] == model.config.image_token_id).int()
with torch.no_grad():
    logits = model.eval()(**inputs).logits
save_file({"logits": logits.float().contiguous()}, folder / "logits.safetensors")
