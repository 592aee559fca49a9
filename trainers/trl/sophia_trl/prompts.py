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


def stands_first(row: Line) -> bool:
    """Whether TRL, given a row's texts and its only picture apart, puts the picture where the program does."""
    kinds = [part["type"] for message in row.messages if message["role"] == "user" for part in message["content"]]
    return "image" not in kinds or (kinds.index("image") == 0 and kinds.count("image") == 1)


def training_set(run: Run) -> Dataset:
    """The questions in the order of the steps, one row for each use of one."""
    rows = [run.lines[id] for ids in run.plan["steps"] for id in ids]
    columns: dict[str, list[Any]] = {"question": [row.id for row in rows]}
    features: dict[str, Any] = {"question": Value("string")}
    text = Value("string")
    if all(stands_first(row) for row in rows):
        columns["prompt"] = [as_texts(row.messages) for row in rows]
        features["prompt"] = List({"role": text, "content": text})
        if any(row.pictures for row in rows):
            columns["image"] = [str(row.pictures[0]) if row.pictures else None for row in rows]
            features["image"] = Image()
    else:
        columns["prompt"] = [row.messages for row in rows]
        features["prompt"] = List({"role": text, "content": List({"type": text, "text": text})})
        columns["images"] = [[str(picture) for picture in row.pictures] for row in rows]
        features["images"] = List(Image())
    return Dataset.from_dict(columns, features=Features(features))


def encode_prompts(processor: Any, lines: list[Line], device: torch.device) -> dict[str, torch.Tensor]:
    """A batch of prompts for the policy, padded on the left."""
    texts = [processor.apply_chat_template(line.messages, tokenize=False, add_generation_prompt=True) for line in lines]
    return encode_texts(processor, texts, lines, device)


def encode_texts(processor: Any, texts: list[str], lines: list[Line], device: torch.device) -> dict[str, torch.Tensor]:
    """Texts that name their pictures by the model's mark, with the pictures."""
    pictures = [Pillow.open(picture).convert("RGB") for line in lines for picture in line.pictures]
    batch = processor(text=texts, images=pictures or None, padding=True, return_tensors="pt")
    return {name: value.to(device) for name, value in batch.items() if isinstance(value, torch.Tensor)}
