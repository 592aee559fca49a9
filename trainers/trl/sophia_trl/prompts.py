"""Questions as a model takes them: prompts by the model's own chat template, pictures by its own processor."""

from __future__ import annotations

from typing import Any

import torch
from datasets import Dataset, Features, Image, List, Value
from PIL import Image as Pillow
from transformers import AutoProcessor

from .run_files import Line, Run


def load_processor(folder: str, pixels: dict[str, int] | None = None) -> Any:
    """Tokenizer, chat template and picture processor of a model's folder; `pixels` stand before its own bounds."""
    processor = AutoProcessor.from_pretrained(folder, padding_side="left")
    if pixels is not None:
        pictures = processor.image_processor
        pictures.size = type(pictures.size)(shortest_edge=pixels["minPixels"], longest_edge=pixels["maxPixels"])
    if processor.chat_template is None:
        raise ValueError(f"{folder} has no chat template (chat_template.jinja)")
    return processor


def as_texts(messages: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Messages with their texts alone: TRL puts the picture first in the user's message, as the program does."""
    return [
        {
            "role": message["role"],
            "content": "".join(part["text"] for part in message["content"] if part["type"] == "text"),
        }
        for message in messages
    ]


def training_set(run: Run) -> Dataset:
    """The questions in the order of the steps, one row for each use of one."""
    rows = [run.lines[id] for ids in run.plan["steps"] for id in ids]
    message = {"role": Value("string"), "content": Value("string")}
    columns: dict[str, list[Any]] = {
        "prompt": [as_texts(row.messages) for row in rows],
        "question": [row.id for row in rows],
    }
    features: dict[str, Any] = {"prompt": List(message), "question": Value("string")}
    if any(row.picture is not None for row in rows):
        columns["image"] = [None if row.picture is None else str(row.picture) for row in rows]
        features["image"] = Image()
    return Dataset.from_dict(columns, features=Features(features))


def encode_prompts(processor: Any, lines: list[Line], device: torch.device) -> dict[str, torch.Tensor]:
    """A batch of prompts for the policy, padded on the left."""
    texts = [processor.apply_chat_template(line.messages, tokenize=False, add_generation_prompt=True) for line in lines]
    return encode_texts(processor, texts, lines, device)


def encode_texts(processor: Any, texts: list[str], lines: list[Line], device: torch.device) -> dict[str, torch.Tensor]:
    """Texts that name their pictures by the model's mark, with the pictures."""
    pictures = [Pillow.open(line.picture).convert("RGB") for line in lines if line.picture is not None]
    batch = processor(text=texts, images=pictures or None, padding=True, return_tensors="pt")
    return {name: value.to(device) for name, value in batch.items() if isinstance(value, torch.Tensor)}
