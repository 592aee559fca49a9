"""Answers benchmark questions: greedily, or drawn once at temperature 1 from the policy's own distribution."""

from __future__ import annotations

from typing import Any

import torch
from transformers import GenerationConfig

from .prompts import encode_prompts
from .run_files import Run

BATCH = 100
"""Questions at once."""


@torch.no_grad()
def answers(
    run: Run, model: Any, processor: Any, ids: list[str], *, drawn: bool, ends: list[int]
) -> list[dict[str, str]]:
    """One answer to each question, in order. `ends` are the tokens that end one."""
    tokenizer = processor.tokenizer
    config = GenerationConfig(
        max_new_tokens=run.settings["generation"]["maxCompletionLength"],
        do_sample=drawn,
        top_k=0 if drawn else None,
        eos_token_id=ends,
        pad_token_id=tokenizer.pad_token_id,
    )
    was_training = model.training
    model.eval()
    given = []
    for start in range(0, len(ids), BATCH):
        lines = [run.lines[id] for id in ids[start : start + BATCH]]
        inputs = encode_prompts(processor, lines, model.device)
        tokens = model.generate(**inputs, generation_config=config)[:, inputs["input_ids"].shape[1] :]
        for line, row in zip(lines, tokens.tolist(), strict=True):
            end = next((i for i, token in enumerate(row) if token in ends), len(row))
            given.append({"question": line.id, "text": tokenizer.decode(row[:end], skip_special_tokens=True)})
    model.train(was_training)
    return given
