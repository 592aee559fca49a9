"""Rates thinkings with a model in this process: a score token, or each step's probability. The rules ask."""

from __future__ import annotations

import time
from typing import Any

import torch

from .policy import load_rater
from .prompts import encode_texts, load_processor
from .run_files import Run

ROWS = 32
"""Thinkings of one pass."""


class Rater:
    """A model that rates."""

    def __init__(self, run: Run, device: torch.device) -> None:
        plan = run.plan["rater"]
        self._run = run
        self._head = plan["head"]
        self._processor = load_processor(plan["folder"], plan.get("pixels"))
        self._tokenizer = self._processor.tokenizer
        self._model = load_rater(plan["folder"], run.plan["policy"]["dtype"]).to(device).eval()

    def rate(self, asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A rating for each thinking that is asked about, in order."""
        began = time.perf_counter()
        ratings: list[dict[str, Any]] = [{} for _ in asked]
        encoded = [self._pieces(one) for one in asked]
        order = sorted(range(len(asked)), key=lambda i: -len(encoded[i][0]))
        for start in range(0, len(order), ROWS):
            part = order[start : start + ROWS]
            for i, rating in zip(part, self._pass([asked[i] for i in part], [encoded[i] for i in part]), strict=True):
                ratings[i] = rating
        seconds = (time.perf_counter() - began) / max(1, len(asked))
        return [{**rating, "attempts": 1, "seconds": seconds} for rating in ratings]

    def _pieces(self, one: dict[str, Any]) -> tuple[list[int], list[int]]:
        """Token ids after image and question, and how many of them lie before each reading."""
        read = set(one["readAfter"])
        ids: list[int] = []
        places: list[int] = []
        for i, piece in enumerate(one["pieces"]):
            ids += self._tokenizer(piece, add_special_tokens=False)["input_ids"]
            if i in read:
                places.append(len(ids))
        return ids, places

    @torch.no_grad()
    def _pass(self, asked: list[dict[str, Any]], encoded: list[tuple[list[int], list[int]]]) -> list[dict[str, Any]]:
        lines = [self._run.lines[one["question"]] for one in asked]
        device = self._model.device
        batch = encode_texts(
            self._processor, [line.rating or "" for line in lines], lines, device
        )  # [B, P], padded left
        longest = max(len(ids) for ids, _ in encoded)
        prefix = batch["input_ids"].shape[1]
        after = torch.full((len(asked), longest), self._tokenizer.pad_token_id, device=device)
        mask = torch.zeros_like(after)
        for row, (ids, _) in enumerate(encoded):
            after[row, : len(ids)] = torch.tensor(ids, device=device)
            mask[row, : len(ids)] = 1
        inputs = {**batch, "input_ids": torch.cat([batch["input_ids"], after], 1)}
        inputs["attention_mask"] = torch.cat([batch["attention_mask"], mask], 1)
        if "mm_token_type_ids" in batch:
            inputs["mm_token_type_ids"] = torch.cat([batch["mm_token_type_ids"], torch.zeros_like(after)], 1)
        hidden = self._model.model(**inputs).last_hidden_state  # [B, P + T, H]
        return [
            self._read(self._model.lm_head(hidden[row, [prefix + place - 1 for place in places]]))
            for row, (_, places) in enumerate(encoded)
        ]

    def _read(self, logits: torch.Tensor) -> dict[str, Any]:
        """What a row's logits [K, V] say."""
        if self._head["kind"] == "score":
            return {"token": self._tokenizer.decode([int(logits[0].argmax())])}
        right, wrong = (self._tokenizer.convert_tokens_to_ids(self._head[name]) for name in ("right", "wrong"))
        return {"steps": (logits[:, right] - logits[:, wrong]).sigmoid().tolist()}
